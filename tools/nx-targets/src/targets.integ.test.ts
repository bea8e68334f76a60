import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkspaceCopy } from './workspace-copy.ts';

const root = join(import.meta.dirname, '../../..');
const checks = ['lint', 'typecheck', 'test', 'build'];
const rooms = globSync('{packages,apps,tools,examples}/*/package.json', { cwd: root }).map(
  (manifest) => dirname(manifest),
);

describe('the nx targets of this workspace', () => {
  let copy: WorkspaceCopy;
  let first: readonly string[];

  beforeAll(async () => {
    copy = await WorkspaceCopy.of(root);
    first = await copy.nx('run-many', '-t', ...checks);
  });

  afterAll(async () => {
    await copy[Symbol.asyncDispose]();
  });

  /** What runs after a change of `file`, of the tasks of these targets; the control plane is looked at each time. */
  async function ranAfter(file: string, ...targets: readonly string[]): Promise<readonly string[]> {
    await copy.change(file);
    const ran = await copy.nx('run-many', '-t', ...targets);
    return ran.filter((task) => !task.endsWith(':control-plane'));
  }

  it('are build, test, lint and typecheck in every project', () => {
    // An example's package is named after what it shows.
    const names = rooms.map((room) =>
      room.startsWith('examples/') ? `${basename(room)}-example` : basename(room),
    );
    const expected = names.flatMap((room) => checks.map((target) => `${room}:${target}`));
    expect(first).toEqual(expect.arrayContaining(expected));
  });

  it('all come from the cache in a second run', async () => {
    expect(await copy.nx('run-many', '-t', ...checks)).toEqual(['envtest:control-plane']);
  });

  it.each([
    'packages/inspur-provider/src/load-balancer/new.test.ts',
    'packages/inspur-provider/src/testing/new.ts',
    'packages/foundation/src/testing/new.ts',
    'packages/route-controller/contract/new.ts',
    'apps/ccm/e2e/new.test.ts',
    'packages/inspur-provider/README.md',
  ])('do not build anything after a change of %s', async (file) => {
    expect(await ranAfter(file, 'build')).toEqual([]);
  });

  it('build a changed package and what stands on it', async () => {
    expect(await ranAfter('packages/inspur-sdk/src/new.ts', 'build')).toEqual(
      ['bench', 'ccm', 'inspur-provider', 'inspur-sdk', 'reference', 'sandbox'].map(
        (room) => `${room}:build`,
      ),
    );
  });

  it('run only the tests of a package, and those of the whole repository, after a change of a test', async () => {
    await copy.nx('run-many', '-t', 'test');
    expect(await ranAfter('packages/route-controller/src/new.test.ts', 'test')).toEqual([
      'architecture:test',
      'route-controller:test',
    ]);
    expect(await ranAfter('apps/ccm/e2e/new.test.ts', 'test')).toEqual([
      'architecture:test',
      'ccm:test',
    ]);
  });

  it('run the tests of what stands on a changed source, and no others', async () => {
    const ran = await ranAfter('packages/route-controller/src/new.ts', 'test');
    expect(ran).toEqual([
      'architecture:test',
      'bench:test',
      'ccm:bundle',
      'ccm:test',
      'route-controller:test',
      'sandbox:test',
    ]);
  });

  it('run the tests that use what a package offers to tests', async () => {
    const ran = await ranAfter('packages/controller-runtime/src/testing/new.ts', 'test');
    expect(ran).toEqual(
      expect.arrayContaining(['controller-runtime:test', 'node-controller:test']),
    );
    expect(ran).not.toEqual(expect.arrayContaining(['inspur-sdk:test']));
  });

  it('run the tests that read a changed document', async () => {
    expect(await ranAfter('docs/reference/flags.md', 'test')).toEqual([
      'architecture:test',
      'ccm:test',
      'controller-manager:test',
      'reference:test',
    ]);
  });

  it('are affected by a change of their inputs, and by no other', async () => {
    const file = 'packages/inspur-emulator/src/other.test.ts';
    await copy.change(file);
    const ran = await copy.nx('affected', '-t', 'test', `--files=${file}`);
    expect(ran.filter((task) => !task.endsWith(':control-plane'))).toEqual([
      'architecture:test',
      'inspur-emulator:test',
    ]);
  });
});
