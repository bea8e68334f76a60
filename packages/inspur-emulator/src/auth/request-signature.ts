import { createHash } from 'node:crypto';

/** What of a request goes into its AK/SK signature (inspur-api.md#access-key-signature). */
export interface SignedRequest {
  readonly method: string;
  /** The absolute path as it is sent, without the query. */
  readonly path: string;
  /** Query and form parameters, decoded. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** `x-time`. */
  readonly time: string;
  /** `x-random`. */
  readonly nonce: string;
}

/** The hashes that `x-sign-algorithm` may name. */
export const signAlgorithms: readonly string[] = ['sha256', 'sha1', 'md5'];

/** The `x-sign` that a request must carry: base64 of the lower-case hex of a plain hash over text that holds the secret. */
export function requestSignature(
  request: SignedRequest,
  secret: string,
  algorithm: string,
): string {
  const sorted = request.parameters.toSorted(([one], [other]) =>
    one < other ? -1 : one > other ? 1 : 0,
  );
  const query = sorted.map(([name, value]) => `${name}=${value}`).join('&');
  const uriToSign = query === '' ? request.path : `${request.path}?${query}`;
  const headerToSign = request.time + request.nonce + secret;
  const bodyToSign = createHash('md5').update(request.body).digest('hex');
  const fullToSign = [request.method, headerToSign, uriToSign, bodyToSign].join('\n');
  const hex = createHash(algorithm).update(fullToSign).digest('hex');
  return Buffer.from(hex).toString('base64');
}
