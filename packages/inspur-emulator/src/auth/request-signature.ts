import { createHash } from 'node:crypto';

/** The parts of a request that its AK/SK signature covers (inspur-api.md#access-key-signature). */
export interface SignedRequest {
  readonly method: string;
  /** Absolute path as sent, without the query. */
  readonly path: string;
  /** Query and form parameters, decoded. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Value of `x-time`. */
  readonly time: string;
  /** Value of `x-random`. */
  readonly nonce: string;
}

/** Hash algorithms allowed in `x-sign-algorithm`. */
export const signAlgorithms: readonly string[] = ['sha256', 'sha1', 'md5'];

/**
 * Computes the `x-sign` header of a request: base64 of the lowercase hex digits of a plain hash over a text that
 * contains the secret.
 */
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
