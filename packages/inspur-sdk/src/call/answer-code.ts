/**
 * [assumed] Codes that mean success: none, `0`, `200` and other 2xx, `ok`, `success`, and the number of a service
 * followed by zeros.
 */
const success = /^(?:0|2\d\d|ok|success|succeeded|\d{3}\.0+)?$/i;

/**
 * Reports whether a code in a response body means success. All other codes are errors, even if the HTTP status means
 * success.
 */
export function isSuccessCode(apiCode: string): boolean {
  return success.test(apiCode);
}
