/** Endpoints of the APIs of a region. Each is an `http:` or `https:` URL without a query. */
export interface InspurEndpoints {
  /**
   * URL of the collection of load balancers, for example
   * `https://service.cloud.inspur.com/regionsvc-cn-north-3/slb/v1/slbs`.
   */
  readonly slb: string;
  readonly ecs: string;
  readonly vpc: string;
  readonly eip: string;
}

/** Name of an endpoint. `keycloak` is the token exchange, whose URL is part of the credentials. */
export type EndpointName = keyof InspurEndpoints | 'keycloak';

/** Returns the public endpoints of a region, such as `cn-north-3`. */
export function defaultEndpoints(region: string): InspurEndpoints {
  return {
    slb: `https://service.cloud.inspur.com/regionsvc-${region}/slb/v1/slbs`,
    ecs: `https://ecs.${region}.inspurcloudapi.com/`,
    vpc: `https://vpc.${region}.inspurcloudapi.com/`,
    eip: `https://eip.${region}.inspurcloudapi.com/`,
  };
}

/**
 * Returns the base URL of an endpoint, without a trailing slash. @throws RangeError if it is not an HTTP URL or has a
 * query, a fragment, or credentials
 */
export function endpointUrl(name: EndpointName, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new RangeError(`endpoint ${name}: expected an http: or https: address, got "${address}"`);
  }
  // The following errors do not quote the URL: these parts may contain secrets.
  if (url.search !== '' || url.hash !== '') {
    throw new RangeError(`endpoint ${name}: expected an address without a query or fragment`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new RangeError(`endpoint ${name}: expected an address without user name and password`);
  }
  return url.href.replace(/\/+$/, '');
}
