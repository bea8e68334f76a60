/**
 * Meaning of a response: the request succeeded; the credentials were refused; the rate limit was exceeded; a transient
 * failure, possibly after the work was done; or a permanent refusal.
 */
export type AnswerKind = 'success' | 'credential' | 'throttled' | 'transient' | 'refused';

/** Error details from a response body. Fields that the body omits are empty. */
export interface ErrorBody {
  readonly apiCode: string;
  readonly message: string;
  readonly requestId: string;
}

/** Error format of a cloud. */
export interface AnswerDialect {
  /** Reads the error details of a JSON body. */
  read(body: unknown): ErrorBody;
  /** Classifies a response by its status and code. */
  judge(answer: { readonly status: number; readonly apiCode: string }): AnswerKind;
}

/** Classifies a response by its status alone. */
export function judgeStatus(status: number): AnswerKind {
  if (status >= 200 && status < 300) return 'success';
  if (status === 401) return 'credential';
  if (status === 429) return 'throttled';
  return status >= 500 || status === 408 ? 'transient' : 'refused';
}

/** Dialect of clouds whose bodies have the form `{code, message, requestId}`. Responses are classified by status. */
export const defaultDialect: AnswerDialect = {
  read: (body) => ({
    apiCode: field(body, 'code', 'Code'),
    message: field(body, 'message', 'Message'),
    requestId: field(body, 'requestId', 'RequestId', 'request_id'),
  }),
  judge: ({ status }) => judgeStatus(status),
};

/**
 * Returns the first of the named fields that holds a text or a number, as text. Returns an empty string if there is
 * none.
 */
export function field(body: unknown, ...names: readonly string[]): string {
  if (typeof body !== 'object' || body === null) return '';
  const entries = new Map<string, unknown>(Object.entries(body));
  for (const name of names) {
    const value = entries.get(name);
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return '';
}
