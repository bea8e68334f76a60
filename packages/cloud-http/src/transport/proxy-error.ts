/** A proxy does not lead to the endpoint, so nothing was sent to that; the message is to stand after the endpoint's name. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code = 'PROXY_FAILED';
  /** Whether it may heal by itself. */
  readonly retryable: boolean;

  /** @param problem what is wrong, to stand after the proxy's name */
  constructor(
    proxy: URL,
    problem: string,
    { retryable, ...options }: ErrorOptions & { readonly retryable: boolean },
  ) {
    super(`cannot be reached: the proxy ${proxy.host} ${problem}`, options);
    this.retryable = retryable;
  }
}

/** A proxy answered instead of letting us through. */
export function proxyRefusal(proxy: URL, status: number): ProxyError {
  const hasName = proxy.username !== '' || proxy.password !== '';
  const wants = hasName ? 'accepts neither our name nor password' : 'wants a name and password';
  const why = status === 407 ? `: it ${wants}` : '';
  return new ProxyError(proxy, `answered ${status}${why}`, { retryable: status >= 500 });
}
