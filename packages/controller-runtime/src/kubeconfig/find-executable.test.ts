import { mkdir } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findExecutable } from './find-executable.ts';
import { KubeConfigScene } from './testing/kube-config-scene.ts';

let scene: KubeConfigScene;
beforeEach(async () => {
  scene = await KubeConfigScene.create();
});
afterEach(() => scene[Symbol.asyncDispose]());

describe('findExecutable', () => {
  it('returns a path unchanged', async () => {
    const path = await scene.script('plugin');
    expect(await findExecutable(path, undefined)).toEqual({ path });
  });

  it('looks up a name in the folders of PATH, in order', async () => {
    await mkdir(scene.path('a'));
    await mkdir(scene.path('b'));
    await mkdir(scene.path('a/plugin'));
    const path = await scene.script('b/plugin');
    const folders = ['', 'relative', scene.path('missing'), scene.path('a'), scene.path('b')];
    expect(await findExecutable('plugin', folders.join(delimiter))).toEqual({ path });
  });

  it.each([
    ['plugin', 'was not found in PATH'],
    ['/no/such/plugin', 'was not found'],
  ])('reports that %s %s', async (program, problem) => {
    expect(await findExecutable(program, scene.folder)).toEqual({ path: undefined, problem });
  });

  it('rejects what is not a program', async () => {
    await scene.write('text', 'hello');
    expect(await findExecutable(scene.path('text'), '')).toMatchObject({
      problem: 'is not executable',
    });
    expect(await findExecutable(`${scene.folder}/`, '')).toMatchObject({
      problem: 'is not a file',
    });
  });
});
