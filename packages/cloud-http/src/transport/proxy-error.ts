/**
 * Error thrown if a proxy does not connect to the endpoint, so that nothing was sent to it. The message follows the
 * name of the endpoint.
 */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code = 'PROXY_FAILED';
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;

  /** @param problem description of the problem, which follows the name of the proxy */
  constructor(
    proxy: URL,
    problem: string,
    { retryable, ...options }: ErrorOptions & { readonly retryable: boolean },
  ) {
    super(`cannot be reached: the proxy ${proxy.host} ${problem}`, options);
    this.retryable = retryable;
  }
}

/** Returns the error for a proxy that refused to connect to the endpoint. */
export function proxyRefusal(proxy: URL, status: number): ProxyError {
  const hasName = proxy.username !== '' || proxy.password !== '';
  const wants = hasName
    ? 'does not accept the configured user name and password'
    : 'requires a user name and password';
  const why = status === 407 ? `: it ${wants}` : '';
  return new ProxyError(proxy, `answered ${status}${why}`, { retryable: status >= 500 });
}
