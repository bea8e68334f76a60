import type { Dispatcher } from 'undici';
import { PassingHandler } from './passing-handler.ts';
import type { HandlerCall } from './passing-handler.ts';
import { proxyAuthorization } from './proxy-authorization.ts';
import { proxyRefusal } from './proxy-error.ts';

type Headers = Dispatcher.DispatchOptions['headers'];

/**
 * Returns a dispatcher for requests to an `http:` endpoint through a proxy: it sends the absolute URL instead of the
 * path.
 * @param pool connections to the proxy
 * @param origin origin of the endpoint
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

/** Converts headers, which undici represents in three forms. */
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
    // Only a proxy sends 407. Any other status may come from the endpoint.
    if (status === 407) throw proxyRefusal(this.#proxy, status);
    super.onResponseStart(...call);
  }
}
