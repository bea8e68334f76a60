import { CloudApiError } from '@k8s-ccm/inspur-sdk';

/** The cloud's refusal of a call, as the SDK throws it. */
export function refusal(
  operation: string,
  apiCode: string,
  {
    status = 400,
    retryable = false,
    ...more
  }: Partial<Pick<CloudApiError, 'status' | 'retryable'>> & { readonly retryAfterMs?: number } = {},
): CloudApiError {
  const code = apiCode === '' ? '' : `, code ${apiCode}`;
  return new CloudApiError(`${operation}: slb.example answered ${status}${code}`, {
    operation,
    method: 'GET',
    url: 'https://slb.example/slbs',
    outcome: 'refused',
    retryable,
    attempts: 1,
    status,
    apiCode,
    requestId: 'request-1',
    bodyKind: 'json',
    ...more,
  });
}
