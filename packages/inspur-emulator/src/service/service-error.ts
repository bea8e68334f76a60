/** Refusal of a call by an emulated service: what the answer's status and body will say. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  /** HTTP status of the answer. */
  readonly status: number;
  /** INSPUR's code in the body, for example `107.001404`. */
  readonly code: string;

  constructor(code: string, message: string, status: number = statusOfCode(code)) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/**
 * HTTP status that goes with an INSPUR code where nothing else is said: 404 for not found, 403 for not authorised, 401 for
 * a bad credential, 500 for an internal error, 400 for the rest (inspur-api.md#slb-errors, assumed).
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
