import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import type { CloudProvider } from './cloud-provider.ts';
import type { LogFields, Logger } from '@k8s-ccm/foundation';
import { silentLogger } from '@k8s-ccm/foundation';
import {
  ProviderConfigFileError,
  ProviderInitError,
  ProviderRegisteredTwiceError,
  UnknownProviderError,
} from './registry-errors.ts';
import {
  CloudProviderRegistry,
  disableWarningForProvider,
  errorForDisabledProvider,
  isExternal,
} from './registry.ts';
import type { ProviderFactoryContext } from './registry.ts';

const thisFile = fileURLToPath(import.meta.url);
const make = async (): Promise<CloudProvider> => ({ name: 'inspur' });
const context = (more: Partial<ProviderFactoryContext> = {}): ProviderFactoryContext => ({
  log: silentLogger,
  signal: new AbortController().signal,
  ...more,
});

function registryWithInspur(): CloudProviderRegistry {
  const registry = new CloudProviderRegistry();
  registry.register('inspur', make, { aliases: ['incloud'] });
  return registry;
}

describe('CloudProviderRegistry', () => {
  it('knows a provider by its name and by its older names', () => {
    const registry = registryWithInspur();
    registry.register('fake', make);
    expect(registry.names).toEqual(['fake', 'inspur']);
    expect(['inspur', 'incloud', 'aws'].map((name) => registry.isRegistered(name))).toEqual([
      true,
      true,
      false,
    ]);
    expect(registry.canonicalName('incloud')).toBe('inspur');
    expect(registry.canonicalName('aws')).toBeUndefined();
  });

  it.each([
    ['a name', 'inspur', []],
    ['a name that is an alias', 'incloud', []],
    ['an alias that is a name', 'new', ['inspur']],
    ['an alias of its own', 'new', ['new']],
  ])('refuses %s that is taken, and adds nothing', (_what, name, aliases) => {
    const registry = registryWithInspur();
    const taken = aliases[0] ?? name;
    const register = () => registry.register(name, make, { aliases });
    expect(register).toThrow(ProviderRegisteredTwiceError);
    expect(register).toThrow(`Cloud provider "${taken}" was registered twice`);
    expect(registry.names).toEqual(['inspur']);
    expect(registry.isRegistered('new')).toBe(false);
  });

  it.each([
    ['inspr', 'inspur'],
    ['InCloud', 'incloud'],
    ['inspur', undefined],
    ['openstack', undefined],
  ])('for %s suggests %s', (name, suggestion) => {
    expect(registryWithInspur().suggest(name)).toBe(suggestion);
  });
});

describe('CloudProviderRegistry.create', () => {
  it.each(['', 'external'])('makes nothing of %p', async (name) => {
    expect(await registryWithInspur().create(name, context())).toBeUndefined();
  });

  it.each(['inspur', 'incloud'])('hands the factory of %s all that it was given', async (name) => {
    const seen: ProviderFactoryContext[] = [];
    const registry = new CloudProviderRegistry();
    registry.register(
      'inspur',
      async (given) => {
        seen.push(given);
        return make();
      },
      { aliases: ['incloud'] },
    );
    const given = context({ configFile: thisFile });
    expect(await registry.create(name, given)).toEqual({ name: 'inspur' });
    expect(seen).toEqual([given]);
  });

  it('says which providers there are where the name is unknown', async () => {
    const failure = registryWithInspur().create('inspor', context());
    await expect(failure).rejects.toThrow(new UnknownProviderError('inspor', ['inspur'], 'inspur'));
    await expect(failure).rejects.toMatchObject({
      message: 'unknown cloud provider "inspor"',
      known: ['inspur'],
      suggestion: 'inspur',
    });
  });

  it('opens the configuration file before the factory is asked', async () => {
    const path = `${thisFile}.missing`;
    const failure = registryWithInspur().create('inspur', context({ configFile: path }));
    await expect(failure).rejects.toThrow(ProviderConfigFileError);
    await expect(failure).rejects.toThrow(
      `Couldn't open cloud provider configuration ${path}: ENOENT`,
    );
    await expect(failure).rejects.toMatchObject({ path, cause: { code: 'ENOENT' } });
  });

  it("tells the factory's error", async () => {
    const registry = new CloudProviderRegistry();
    const cause = new Error('region is missing');
    registry.register('inspur', () => Promise.reject(cause));
    const failure = registry.create('inspur', context());
    await expect(failure).rejects.toThrow(ProviderInitError);
    await expect(failure).rejects.toMatchObject({
      message: 'could not init cloud provider "inspur": region is missing',
      cause,
    });
  });

  it('passes the reason on where the start is given up', async () => {
    const start = new AbortController();
    const registry = new CloudProviderRegistry();
    registry.register('inspur', async () => {
      start.abort(new Error('stopped'));
      throw new Error('connection closed');
    });
    await expect(registry.create('inspur', context({ signal: start.signal }))).rejects.toThrow(
      'stopped',
    );
  });
});

describe('names that in-tree components refuse', () => {
  it('are told', () => {
    const lines: [string, LogFields | undefined][] = [];
    const log: Logger = {
      ...silentLogger,
      warn: (message, fields) => lines.push([message, fields]),
    };
    disableWarningForProvider('aws', log);
    expect(lines).toEqual([
      [expect.stringContaining('built-in cloud providers are disabled'), { provider: 'aws' }],
    ]);
    expect(errorForDisabledProvider('aws')).toMatchObject({
      provider: 'aws',
      message:
        'cloud provider "aws" was specified, but built-in cloud providers are disabled. Please set --cloud-provider=external and migrate to an external cloud provider',
    });
  });

  it.each([
    ['external', true],
    ['External', false],
    ['', false],
  ])('%p is external: %p', (name, expected) => {
    expect(isExternal(name)).toBe(expected);
  });
});
