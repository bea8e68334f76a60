import { describe, expect, it } from '@jest/globals';
import type {
  CloudProvider,
  Instances,
  LoadBalancer,
  ProviderChange,
  Routes,
  Service,
} from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider, Gate, heldBy, returns } from '@k8s-ccm/cloud-provider/testing';
import { onAbort, silentLogger } from '@k8s-ccm/foundation';
import { ReloadableProvider } from './reloadable-provider.ts';

const { signal } = new AbortController();
const node = { metadata: { name: 'n' } };
const service = { metadata: { name: 's', uid: 'u' } };
const options = { signal, log: silentLogger, report: () => undefined };
const input = { clusterName: 'c', service, nodes: [] };

function reloadable(first: CloudProvider): ReloadableProvider {
  return new ReloadableProvider(first, { log: silentLogger });
}

/** A part whose members give their own name and that of their provider. */
function echo<P extends object>(provider: string, ...members: readonly (keyof P & string)[]): P {
  const calls = members.map((member) => [member, () => `${provider}.${member}`]);
  return Object.fromEntries(calls) as P;
}

function echoing(name: string): CloudProvider {
  return {
    name: 'fake',
    loadBalancer: echo<LoadBalancer>(
      name,
      ...([
        'claims',
        'get',
        'getName',
        'hostKey',
        'ensure',
        'update',
        'ensureDeleted',
        'plan',
      ] as const),
    ),
    instances: {
      ...echo<Instances>(
        name,
        ...(['exists', 'isShutdown', 'metadata', 'addresses', 'survey', 'confirmAccess'] as const),
      ),
      providerIDOptional: name === 'second',
    },
    routes: echo<Routes>(name, 'list', 'create', 'delete'),
  };
}

function isNamedS({ metadata }: Service): boolean {
  return metadata?.name === 's';
}

function refuse(): never {
  throw new Error('no');
}

/** A provider whose listing of routes waits. */
function waiting(gate: Gate, close: () => Promise<void>): CloudProvider {
  const list = async (): Promise<readonly []> => {
    await gate.pass(signal);
    return [];
  };
  return { name: 'fake', routes: { ...echo<Routes>('first', 'create', 'delete'), list }, close };
}

/** What each member of each part answers. */
async function answers({ loadBalancer, instances, routes }: CloudProvider) {
  const members = Object.entries({ ...loadBalancer, ...instances, ...routes });
  const found = members.map(async ([name, member]: [string, unknown]) => [
    name,
    typeof member === 'function' ? await member() : instances?.providerIDOptional,
  ]);
  return Object.fromEntries(await Promise.all(found));
}

describe('ReloadableProvider', () => {
  it('hands every call of every part to the provider in use', async () => {
    const provider = reloadable(echoing('first'));
    expect(await answers(provider)).toEqual(await answers(echoing('first')));
    const { loadBalancer, instances, routes } = provider;
    await provider.swap(echoing('second'));
    expect(await answers(provider)).toEqual(await answers(echoing('second')));
    expect([provider.loadBalancer, provider.instances, provider.routes]).toEqual([
      loadBalancer,
      instances,
      routes,
    ]);
  });

  it('hands on what the calls are given', async () => {
    const fake = new FakeCloudProvider({ hostKey: (at) => `key of ${at.metadata?.name}` });
    const { loadBalancer, instances, routes } = reloadable(fake);
    await loadBalancer?.ensure(input, options);
    await instances?.exists(node, { signal });
    const route = { name: '', targetNode: 'n', destinationCIDR: '10.0.0.0/24' };
    await routes?.create('c', 'hint', route, { signal, nodes: [] });
    expect(loadBalancer?.hostKey?.(node)).toBe('key of n');
    expect(fake.calls()).toMatchObject([
      { operation: 'create', service: { name: 's', uid: 'u' }, clusterName: 'c' },
      { operation: 'instance-exists', node: 'n' },
      { operation: 'create-route', nameHint: 'hint', route },
    ]);
  });

  it('has the parts and optional members that the first provider has, and no others', () => {
    const bare = reloadable(new FakeCloudProvider({ instances: 'none', routes: false }));
    expect([bare.instances, bare.routes]).toEqual([undefined, undefined]);
    expect(bare.loadBalancer).toHaveProperty('plan');
    expect(bare.loadBalancer).not.toHaveProperty('hostKey');
    const { instances } = reloadable(new FakeCloudProvider());
    for (const member of ['addresses', 'survey', 'confirmAccess'])
      expect(instances).not.toHaveProperty(member);
    expect(instances?.providerIDOptional).toBe(false);
  });

  it('asks the provider in use which Services it claims; one that does not say claims all', async () => {
    const other = { metadata: { name: 'other' } };
    const provider = reloadable(new FakeCloudProvider());
    const claimed = (): readonly unknown[] =>
      [service, other].map((one) => provider.loadBalancer?.claims?.(one));
    expect(claimed()).toEqual([true, true]);
    await provider.swap(new FakeCloudProvider({ claims: isNamedS }));
    expect(claimed()).toEqual([true, false]);
    await provider.swap(new FakeCloudProvider());
    expect(claimed()).toEqual([true, true]);
  });

  it('lets a call end on the provider that it began with, and closes that one afterwards', async () => {
    const first = new FakeCloudProvider();
    const second = new FakeCloudProvider();
    const gate = new Gate();
    first.answer('create', heldBy(gate, returns({ ingress: [{ ip: '192.0.2.1' }] })));
    const provider = reloadable(first);
    const ensuring = provider.loadBalancer?.ensure(input, options);
    await provider.swap(second);
    await provider.loadBalancer?.update(input, options);
    expect([first.operations(), second.operations()]).toEqual([['create'], ['update']]);
    expect(first.closed).toBe(0);
    gate.open();
    expect(await ensuring).toEqual({ ingress: [{ ip: '192.0.2.1' }] });
    expect([first.closed, second.closed]).toEqual([1, 0]);
  });

  it('closes a provider without calls as soon as another one is in use', async () => {
    const [first, second] = [new FakeCloudProvider(), new FakeCloudProvider()];
    const provider = reloadable(first);
    await expect(provider.instances?.exists(node, { signal })).resolves.toBe(true);
    await provider.swap(second);
    expect([first.closed, second.closed]).toEqual([1, 0]);
  });

  it('closes all that are not closed yet at its end, each once', async () => {
    const [first, second] = [new FakeCloudProvider(), new FakeCloudProvider()];
    const gate = new Gate();
    first.answer('create', heldBy(gate, returns({})));
    const provider = reloadable(first);
    const ensuring = provider.loadBalancer?.ensure(input, options);
    await provider.swap(second);
    await provider.close();
    await provider.close();
    gate.open();
    await ensuring;
    expect([first.closed, second.closed]).toEqual([1, 1]);
  });

  it('prepares the next provider as the one before was', async () => {
    const seen: string[] = [];
    const preparing = (name: string): CloudProvider => ({
      name: 'fake',
      initialize: async ({ log }) => void seen.push(`${name} initialized ${log === silentLogger}`),
      setInformers: () => void seen.push(`${name} has informers`),
    });
    const provider = reloadable(preparing('first'));
    await provider.swap(preparing('standing by'));
    expect(seen).toEqual([]);
    await provider.initialize({ signal, log: silentLogger });
    provider.setInformers({} as Parameters<ReloadableProvider['setInformers']>[0]);
    await provider.swap(preparing('next'));
    expect(seen).toEqual([
      'standing by initialized true',
      'standing by has informers',
      'next initialized true',
      'next has informers',
    ]);
  });

  it('keeps the provider where the next one cannot be initialized, and says nothing to listeners', async () => {
    const first = new FakeCloudProvider();
    const provider = reloadable(first);
    let swaps = 0;
    const listening = provider.onChange(() => (swaps += 1));
    await provider.initialize({ signal, log: silentLogger });
    const broken: CloudProvider = {
      name: 'fake',
      initialize: () => Promise.reject(new Error('no')),
    };
    await expect(provider.swap(broken)).rejects.toThrow('no');
    expect([provider.current, first.closed, swaps]).toEqual([first, 0, 0]);
    await provider.swap(new FakeCloudProvider());
    expect(swaps).toBe(1);
    listening[Symbol.dispose]();
    await provider.swap(new FakeCloudProvider());
    expect(swaps).toBe(1);
  });

  it('ends the work of a provider in the background before another one gets its first call', async () => {
    const order: string[] = [];
    const working = (name: string): CloudProvider => ({
      name: 'fake',
      initialize: async (context) => {
        onAbort(context.signal, () => order.push(`${name} ends its work`));
      },
      routes: {
        ...echo<Routes>(name, 'create', 'delete'),
        list: async () => {
          order.push(`${name} is called`);
          return [];
        },
      },
      close: async () => void order.push(`${name} is closed`),
    });
    const provider = reloadable(working('first'));
    const stop = new AbortController();
    await provider.initialize({ signal: stop.signal, log: silentLogger });
    await provider.swap(working('second'));
    await provider.routes?.list('c', { ...options, nodes: [] });
    expect(order).toEqual(['first ends its work', 'first is closed', 'second is called']);
    stop.abort();
    expect(order.at(-1)).toBe('second ends its work');
  });

  it('lets the work in the background go on where the next provider cannot be initialized', async () => {
    let isWorking = true;
    const provider = reloadable({
      name: 'fake',
      initialize: async (context) => {
        onAbort(context.signal, () => (isWorking = false));
      },
    });
    await provider.initialize({ signal, log: silentLogger });
    const broken = { name: 'fake', initialize: () => Promise.reject(new Error('no')) };
    await expect(provider.swap(broken)).rejects.toThrow('no');
    expect(isWorking).toBe(true);
  });

  it('tells what has changed: the configuration, or credentials alone', async () => {
    const provider = reloadable(new FakeCloudProvider());
    const changes: ProviderChange[] = [];
    provider.onChange((change) => changes.push(change));
    await provider.swap(new FakeCloudProvider());
    await provider.swap(new FakeCloudProvider(), 'credentials');
    provider.credentialsRenewed();
    expect(changes).toEqual(['configuration', 'credentials', 'credentials']);
  });

  it('tells every listener of a swap, also where one of them fails', async () => {
    const provider = reloadable(new FakeCloudProvider());
    let told = 0;
    provider.onChange(refuse);
    provider.onChange(() => (told += 1));
    const next = new FakeCloudProvider();
    await provider.swap(next);
    expect([provider.current, told]).toEqual([next, 1]);
  });

  it('is swapped, and ends calls well, also where the one before throws as it is closed', async () => {
    const idle = reloadable({ name: 'fake', close: refuse });
    const next = new FakeCloudProvider();
    await idle.swap(next);
    expect(idle.current).toBe(next);

    const gate = new Gate();
    const busy = reloadable(waiting(gate, refuse));
    const listing = busy.routes?.list('c', { ...options, nodes: [] });
    await busy.swap(echoing('second'));
    gate.open();
    await expect(listing).resolves.toEqual([]);
  });

  it('closes all at its end, also where one of them cannot be closed, and says so', async () => {
    const gate = new Gate();
    const provider = reloadable(waiting(gate, () => Promise.reject(new Error('no'))));
    const listing = provider.routes?.list('c', { ...options, nodes: [] });
    const next = new FakeCloudProvider();
    await provider.swap(next);
    await expect(provider.close()).rejects.toThrow('no');
    expect(next.closed).toBe(1);
    gate.open();
    await listing;
  });

  it('initializes the provider that comes into use meanwhile, not the one that goes', async () => {
    const gate = new Gate();
    const seen: string[] = [];
    const slow: CloudProvider = {
      name: 'fake',
      initialize: async () => {
        await gate.pass(signal);
        seen.push('first');
      },
    };
    const provider = reloadable(slow);
    const initializing = provider.initialize({ signal, log: silentLogger });
    const swapping = provider.swap({
      name: 'fake',
      initialize: async () => void seen.push('second'),
    });
    gate.open();
    await Promise.all([initializing, swapping]);
    expect(seen).toEqual(['first', 'second']);
  });
});
