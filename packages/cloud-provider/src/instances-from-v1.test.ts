import { describe, expect, it } from '@jest/globals';
import {
  ImplementedElsewhereError,
  InstanceNotFoundError,
  NotImplementedError,
  RetryAfterError,
} from './errors.ts';
import { findRetryAfter } from './error-predicates.ts';
import { getInstanceProviderID, InstanceLookupError } from './instance-provider-id.ts';
import { readNodeAddresses } from './instances.ts';
import type { LegacyCloud } from './instance-provider-id.ts';
import type { Instances } from './instances.ts';
import type { Node } from './kubernetes-types.ts';
import { FakeLegacyInstances } from './testing/fake-legacy-instances.ts';
import { returns, throws } from './testing/answers.ts';
import { FakeCloudProvider } from './testing/fake-cloud-provider.ts';
import type { FakeCloudProviderOptions } from './testing/fake-cloud-provider.ts';

const options = { signal: new AbortController().signal };
const unnamed: Node = { metadata: { name: 'n1' } };
const named: Node = { metadata: { name: 'n1' }, spec: { providerID: 'fake://i-1' } };
const wrapped = (cause: Error) => new Error('wrapped', { cause });

function legacyCloud(more: FakeCloudProviderOptions = {}): {
  cloud: FakeCloudProvider;
  instances: Instances;
} {
  const cloud = new FakeCloudProvider({ instances: 'v1', ...more });
  if (cloud.instances === undefined) throw new Error('the fake has no instances');
  return { cloud, instances: cloud.instances };
}

describe('metadata of older instances', () => {
  // @see docs/reference/contract.md#case-2
  it('makes the provider id of the provider and the instance id', async () => {
    const { cloud, instances } = legacyCloud();
    cloud.answer('instance-id', returns('12345'));
    expect(await instances.metadata(unnamed, options)).toMatchObject({
      providerID: 'fake://12345',
    });
  });

  it('asks for every fact by provider id, and for no instance id where the Node has a provider id', async () => {
    const { cloud, instances } = legacyCloud();
    const nodeAddresses = [{ type: 'InternalIP', address: '10.0.0.1' }];
    cloud.answer('node-addresses-by-provider-id', returns(nodeAddresses), {
      providerID: 'fake://i-1',
    });
    cloud.answer('instance-type-by-provider-id', returns('t1'), { providerID: 'fake://i-1' });
    cloud.answer('get-zone-by-provider-id', returns({ failureDomain: 'z', region: 'r' }), {
      providerID: 'fake://i-1',
    });
    expect(await instances.metadata(named, options)).toEqual({
      providerID: 'fake://i-1',
      instanceType: 't1',
      nodeAddresses,
      zone: 'z',
      region: 'r',
    });
    expect(cloud.operations()).toEqual([
      'node-addresses-by-provider-id',
      'instance-type-by-provider-id',
      'get-zone-by-provider-id',
    ]);
  });

  // @see docs/reference/contract.md#case-15
  it('falls back to the name where the provider id gives an error', async () => {
    const { cloud, instances } = legacyCloud();
    const nodeAddresses = [{ type: 'InternalIP', address: '10.0.0.1' }];
    for (const operation of ['node-addresses', 'instance-type', 'get-zone'] as const) {
      cloud.answer(`${operation}-by-provider-id`, throws(new Error('no id')));
    }
    cloud.answer('node-addresses', returns(nodeAddresses), { node: 'n1' });
    cloud.answer('instance-type', returns('t1'), { node: 'n1' });
    cloud.answer('get-zone-by-node-name', returns({ failureDomain: 'z', region: 'r' }), {
      node: 'n1',
    });
    expect(await instances.metadata(named, options)).toEqual({
      providerID: 'fake://i-1',
      instanceType: 't1',
      nodeAddresses,
      zone: 'z',
      region: 'r',
    });
  });

  it.each([
    // @see docs/reference/contract.md#case-16
    [
      'addresses',
      'node-addresses-by-provider-id',
      'node-addresses',
      'error fetching node by provider ID: no id, and error by node name: no name',
    ],

    [
      'the instance type',
      'instance-type-by-provider-id',
      'instance-type',
      'InstanceType: Error fetching by providerID: no id Error fetching by NodeName: no name',
    ],
    // @see docs/reference/contract.md#case-17
    [
      'the zone',
      'get-zone-by-provider-id',
      'get-zone-by-node-name',
      'failed to get zone from cloud provider: Zone: Error fetching by providerID: no id Error fetching by NodeName: no name',
    ],
  ] as const)('%s: two errors become one', async (_what, byProviderID, byName, message) => {
    const { cloud, instances } = legacyCloud();
    cloud.answer(byProviderID, throws(new Error('no id')));
    const busy = new RetryAfterError('no name', 5000);
    cloud.answer(byName, throws(busy));
    const failure = await instances.metadata(named, options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InstanceLookupError);
    expect(failure).toMatchObject({ message, code: 'INSTANCE_LOOKUP_FAILED' });
    expect(findRetryAfter(failure)).toBe(busy);
  });

  // @see docs/reference/contract.md#case-13
  it.each([
    ['as it is', new NotImplementedError()],
    ['in another error', wrapped(new NotImplementedError())],
  ])('goes on without provider id where there are none: %s', async (_what, error) => {
    const { cloud, instances } = legacyCloud();
    cloud.answer('instance-id', throws(error));
    expect(await instances.metadata(unnamed, options)).toMatchObject({ providerID: '' });
    expect(cloud.calls({ operation: 'node-addresses-by-provider-id' })).toMatchObject([
      { providerID: '' },
    ]);
    expect(instances.providerIDOptional).toBe(true);
  });

  // @see docs/reference/contract.md#case-14
  it('ends with any other error of the instance id', async () => {
    const { cloud, instances } = legacyCloud();
    cloud.answer('instance-id', throws(new Error('timeout')));
    await expect(instances.metadata(unnamed, options)).rejects.toThrow(
      'failed to get instance ID from cloud provider: timeout',
    );
    cloud.answer('instance-id', throws(new InstanceNotFoundError()));
    await expect(instances.metadata(unnamed, options)).rejects.toBeInstanceOf(
      InstanceNotFoundError,
    );
    expect(cloud.calls({ operation: 'node-addresses-by-provider-id' })).toEqual([]);
  });

  // @see docs/reference/contract.md#case-18
  it('has no zone and no region without zones', async () => {
    const { instances } = legacyCloud({ zones: false });
    const metadata = await instances.metadata(named, options);
    expect(Object.keys(metadata ?? {}).toSorted()).toEqual([
      'instanceType',
      'nodeAddresses',
      'providerID',
    ]);
  });

  it('does not ask by name after the lease was lost', async () => {
    const { cloud, instances } = legacyCloud();
    const lease = new AbortController();
    cloud.answer('node-addresses-by-provider-id', () => {
      lease.abort(new Error('lease lost'));
      throw new Error('connection closed');
    });
    await expect(instances.metadata(named, { signal: lease.signal })).rejects.toThrow('lease lost');
    expect(cloud.calls({ operation: 'node-addresses' })).toEqual([]);
  });
});

describe('exists of older instances', () => {
  it.each([true, false])('is what the cloud says: %p', async (answer) => {
    const { cloud, instances } = legacyCloud();
    cloud.answer('instance-exists-by-provider-id', returns(answer), { providerID: 'fake://i-1' });
    expect(await instances.exists(named, options)).toBe(answer);
    expect(cloud.operations()).toEqual(['instance-exists-by-provider-id']);
  });

  it('asks for the instance id where the Node has no provider id', async () => {
    const { cloud, instances } = legacyCloud();
    cloud.answer('instance-id', returns('i-9'));
    cloud.answer('instance-exists-by-provider-id', returns(false), { providerID: 'fake://i-9' });
    expect(await instances.exists(unnamed, options)).toBe(false);
  });

  // @see docs/reference/contract.md#case-77
  it('is false where there is no such instance id', async () => {
    const { cloud, instances } = legacyCloud();
    cloud.answer('instance-id', throws(new InstanceNotFoundError()));
    expect(await instances.exists(unnamed, options)).toBe(false);
    expect(cloud.operations()).toEqual(['instance-id']);
  });

  it.each([
    // @see docs/reference/contract.md#case-81
    ['an error around InstanceNotFound', wrapped(new InstanceNotFoundError())],
    // @see docs/reference/contract.md#case-78
    ['another error', new Error('timeout')],

    ['NotImplemented', new NotImplementedError()],
    ['ImplementedElsewhere', new ImplementedElsewhereError()],
  ])('%s is a doubt', async (_what, error) => {
    const { cloud, instances } = legacyCloud();
    cloud.answer('instance-id', throws(error));
    await expect(instances.exists(unnamed, options)).rejects.toThrow(error.message);
    await expect(instances.isShutdown(unnamed, options)).rejects.toThrow(error.message);
  });

  it('is a doubt where the answer itself is InstanceNotFound', async () => {
    const { cloud, instances } = legacyCloud();
    cloud.answer('instance-exists-by-provider-id', throws(new InstanceNotFoundError()));
    await expect(instances.exists(named, options)).rejects.toBeInstanceOf(InstanceNotFoundError);
  });
});

describe('isShutdown of older instances', () => {
  // @see docs/reference/contract.md#case-79
  it('is what the cloud says, also of a Node without provider id', async () => {
    const { cloud, instances } = legacyCloud();
    cloud.answer('instance-shutdown-by-provider-id', returns(true), { providerID: 'fake://n1' });
    expect(await instances.isShutdown(unnamed, options)).toBe(true);
    expect(await instances.isShutdown(named, options)).toBe(false);
  });

  it.each([
    // @see docs/reference/contract.md#case-74
    ['the cloud cannot tell', 'instance-shutdown-by-provider-id', new NotImplementedError()],

    ['there is no such instance id', 'instance-id', new InstanceNotFoundError()],
  ] as const)('is false where %s', async (_what, operation, error) => {
    const { cloud, instances } = legacyCloud();
    cloud.answer(operation, throws(error));
    expect(await instances.isShutdown(unnamed, options)).toBe(false);
  });

  it.each([
    ['an error around NotImplemented', wrapped(new NotImplementedError())],
    // @see docs/reference/contract.md#case-73
    ['another error', new Error('timeout')],
  ])('is an error where the cloud gives %s', async (_what, error) => {
    const { cloud, instances } = legacyCloud();
    cloud.answer('instance-shutdown-by-provider-id', throws(error));
    await expect(instances.isShutdown(named, options)).rejects.toBe(error);
  });
});

describe('readNodeAddresses', () => {
  const nodeAddresses = [{ type: 'InternalIP', address: '10.0.0.1' }];

  // @see docs/reference/contract.md#case-54
  it.each([
    ['with provider id', named, 'fake://i-1'],
    ['without', unnamed, ''],
  ])(
    'makes one call for addresses and no other, for a Node %s',
    async (_what, node, providerID) => {
      const { cloud, instances } = legacyCloud();
      cloud.answer('node-addresses-by-provider-id', returns(nodeAddresses), { providerID });
      expect(await readNodeAddresses(instances, node, options)).toEqual(nodeAddresses);
      expect(cloud.operations()).toEqual(['node-addresses-by-provider-id']);
    },
  );

  it('asks by name after an error', async () => {
    const { cloud, instances } = legacyCloud();
    cloud.answer('node-addresses-by-provider-id', throws(new Error('no id')));
    cloud.answer('node-addresses', returns(nodeAddresses));
    expect(await readNodeAddresses(instances, named, options)).toEqual(nodeAddresses);
  });

  it('reads the metadata of a provider that has no cheaper way', async () => {
    const cloud = new FakeCloudProvider();
    cloud.answer('instance-metadata-by-provider-id', returns({ nodeAddresses }), { node: 'n1' });
    cloud.answer('instance-metadata-by-provider-id', returns(undefined), { node: 'n2' });
    const read = (name: string) =>
      cloud.instances && readNodeAddresses(cloud.instances, { metadata: { name } }, options);
    expect(await read('n1')).toEqual(nodeAddresses);
    expect(await read('n2')).toBeUndefined();
  });
});

/** A cloud that is asked for an instance id and for nothing else. */
function cloudWith(answer: () => Promise<string>): LegacyCloud {
  const instances = new FakeLegacyInstances(() => {
    throw new Error('not asked');
  });
  instances.instanceID = answer;
  return { providerName: 'fake', instances };
}

describe('getInstanceProviderID', () => {
  it('may have an empty instance id', async () => {
    expect(
      await getInstanceProviderID(
        cloudWith(async () => ''),
        'n1',
        options,
      ),
    ).toBe('fake://');
  });

  it.each([new NotImplementedError(), new InstanceNotFoundError()])(
    'throws %s as it is',
    async (error) => {
      const cloud = cloudWith(throws(error));
      await expect(getInstanceProviderID(cloud, 'n1', options)).rejects.toBe(error);
    },
  );

  it('says what failed otherwise', async () => {
    const cause = new InstanceNotFoundError('x', { cause: 1 });
    const error = wrapped(cause);
    const failure = getInstanceProviderID(
      cloudWith(() => Promise.reject(error)),
      'n1',
      options,
    );
    await expect(failure).rejects.toMatchObject({
      name: 'InstanceLookupError',
      message: 'failed to get instance ID from cloud provider: wrapped',
      cause: error,
    });
  });

  it('needs instances', async () => {
    await expect(getInstanceProviderID({ providerName: 'fake' }, 'n1', options)).rejects.toThrow(
      'failed to get instances from cloud provider',
    );
  });
});
