/** [assumed] The codes that mean success: none, `0`, `200` and its like, `ok`, `success`, and a service's number followed by zeros. */
const success = /^(?:0|2\d\d|ok|success|succeeded|\d{3}\.0+)?$/i;

/** Whether a code in an answer's body means success. Any other code is an error, also under a status of success. */
export function isSuccessCode(apiCode: string): boolean {
  return success.test(apiCode);
}
