import type { CloudCallOptions, CloudRequest } from './cloud-request.ts';

/** Makes calls to one cloud. */
export class CloudClient {
  call<T>(request: CloudRequest<T>, _options: CloudCallOptions = {}): Promise<T> {
    return Promise.reject(new Error(`not yet: ${request.operation}`));
  }
}
