/**
 * What an answer means: it did the work; it refuses the credentials; it asks for fewer calls; it failed in a way that
 * may pass, the work possibly done; or it refuses for good.
 */
export type AnswerKind = 'success' | 'credential' | 'throttled' | 'transient' | 'refused';

/** What an answer's body says of an error; empty where it says nothing. */
export interface ErrorBody {
  readonly apiCode: string;
  readonly message: string;
  readonly requestId: string;
}

/** How one cloud speaks of its errors. */
export interface AnswerDialect {
  /** Reads a JSON body. */
  read(body: unknown): ErrorBody;
  /** Judges an answer by its code and status. */
  judge(answer: { readonly status: number; readonly apiCode: string }): AnswerKind;
}

/** What a status alone means. */
export function judgeStatus(status: number): AnswerKind {
  if (status >= 200 && status < 300) return 'success';
  if (status === 401) return 'credential';
  if (status === 429) return 'throttled';
  return status >= 500 || status === 408 ? 'transient' : 'refused';
}

/** Bodies of the form `{code, message, requestId}`, judged by status. */
export const defaultDialect: AnswerDialect = {
  read: (body) => ({
    apiCode: field(body, 'code', 'Code'),
    message: field(body, 'message', 'Message'),
    requestId: field(body, 'requestId', 'RequestId', 'request_id'),
  }),
  judge: ({ status }) => judgeStatus(status),
};

/** The first of these fields that holds text or a number, as text; empty where none does. */
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
