/** Error thrown by an emulated service to refuse a call. Defines the status and the body of the response. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  /** HTTP status of the response. */
  readonly status: number;
  /** Error code of INSPUR in the body, for example `107.001404`. */
  readonly code: string;

  constructor(code: string, message: string, status: number = statusOfCode(code)) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/**
 * Returns the default HTTP status of an error code: 404 for not found, 403 for not authorized, 401 for invalid
 * credentials, 500 for an internal error, 400 otherwise (inspur-api.md#slb-errors, assumed).
 */
export function statusOfCode(code: string): number {
  if (code.endsWith('.999401')) return 401;
  if (code.endsWith('.999500')) return 500;
  if (code === '101.006004') return 404;
  if (!/^10[27]\./.test(code)) return 400;
  if (code.endsWith('404')) return 404;
  if (code.endsWith('401')) return 403;
  return 400;
}
