import type { CallOptions, ResourceClient } from './resource-client.ts';
import type { ObjectRef } from './resource-definition.ts';

/**
 * Reads the current state of one object from the API server. Returns `undefined` if the object does not exist. Requires
 * only the `list` permission, which an informer requires anyway.
 */
export async function findObject<T>(
  client: Pick<ResourceClient<T>, 'list'>,
  { name, namespace }: ObjectRef,
  options: CallOptions = {},
): Promise<T | undefined> {
  const { items } = await client.list({
    ...options,
    ...(namespace === undefined ? {} : { namespace }),
    fieldSelector: `metadata.name=${name}`,
  });
  return items[0];
}
