import type { Dispatcher } from 'undici';
import { PassingHandler } from './passing-handler.ts';
import type { HandlerCall } from './passing-handler.ts';
import { proxyAuthorization } from './proxy-authorization.ts';
import { proxyRefusal } from './proxy-error.ts';

type Headers = Dispatcher.DispatchOptions['headers'];

/**
 * Sends requests as an HTTP proxy wants those for `http:` endpoints: with the whole URL in place of the path.
 * @param pool of connections to the proxy
 * @param origin of the endpoint
 */
export function forwarding(pool: Dispatcher, origin: string, proxy: URL): Dispatcher {
  const authorization = proxyAuthorization(proxy);
  return pool.compose(
    (dispatch) => (options, handler) =>
      dispatch(
        {
          ...options,
          path: `${origin}${options.path}`,
          headers: { ...record(options.headers), ...authorization },
        },
        new ForwardedHandler(handler, proxy),
      ),
  );
}

/** Headers come in three forms. */
function record(headers: Headers): Exclude<Headers, readonly string[] | Iterable<unknown>> {
  if (headers === undefined || headers === null) return {};
  if (Array.isArray(headers)) {
    const pairs = headers.flatMap((name, index) =>
      index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : [],
    );
    return Object.fromEntries(pairs);
  }
  return Symbol.iterator in headers ? Object.fromEntries(headers) : headers;
}

class ForwardedHandler extends PassingHandler {
  readonly #proxy: URL;

  constructor(handler: Dispatcher.DispatchHandler, proxy: URL) {
    super(handler);
    this.#proxy = proxy;
  }

  override onResponseStart(...call: HandlerCall<'onResponseStart'>): void {
    const [, status] = call;
    // Only a proxy says so; with any other status it may as well be the endpoint that speaks.
    if (status === 407) throw proxyRefusal(this.#proxy, status);
    super.onResponseStart(...call);
  }
}
