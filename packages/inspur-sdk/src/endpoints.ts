/** Where the APIs of a region are. Each is an `http:` or `https:` address without a query. */
export interface InspurEndpoints {
  /** The collection of load balancers itself, for example `https://service.cloud.inspur.com/regionsvc-cn-north-3/slb/v1/slbs`. */
  readonly slb: string;
  readonly ecs: string;
  readonly vpc: string;
  readonly eip: string;
}

/** The name of an endpoint; `keycloak` is the token exchange, whose address stands in the credentials. */
export type EndpointName = keyof InspurEndpoints | 'keycloak';

/** The public endpoints of a region, such as `cn-north-3`. */
export function defaultEndpoints(region: string): InspurEndpoints {
  return {
    slb: `https://service.cloud.inspur.com/regionsvc-${region}/slb/v1/slbs`,
    ecs: `https://ecs.${region}.inspurcloudapi.com/`,
    vpc: `https://vpc.${region}.inspurcloudapi.com/`,
    eip: `https://eip.${region}.inspurcloudapi.com/`,
  };
}

/** The address to build paths on: without a slash at its end. Throws RangeError where it is not an HTTP address without a query. */
export function endpointUrl(name: EndpointName, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new RangeError(`endpoint ${name}: expected an http: or https: address, got "${address}"`);
  }
  // Not quoted from here on: these parts may hold secrets.
  if (url.search !== '' || url.hash !== '') {
    throw new RangeError(`endpoint ${name}: expected an address without a query or fragment`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new RangeError(`endpoint ${name}: expected an address without user name and password`);
  }
  return url.href.replace(/\/+$/, '');
}
