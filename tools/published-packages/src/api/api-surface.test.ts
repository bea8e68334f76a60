import { describe, expect, it } from '@jest/globals';
import { apiSurface } from './api-surface.ts';

function surfaceOf(files: Readonly<Record<string, string>>) {
  return apiSurface('index.d.ts', (file) => {
    const text = files[file];
    if (text === undefined) throw new Error(`${file} does not exist`);
    return text;
  });
}

describe('apiSurface', () => {
  it('has what the entry exports, in order of the names, under the names it gives', () => {
    const { exported } = surfaceOf({
      'index.d.ts': `export { b as c, a } from './one.ts';`,
      'one.d.ts':
        'export declare const b: 1;\nexport declare const a: 2;\nexport declare const z: 3;',
    });
    expect(exported).toEqual([
      'export declare const a: 2;',
      'export declare const b: 1;\nexport { b as c };',
    ]);
  });

  it('has each overload of a function, and a type beside the value of its name', () => {
    const { exported } = surfaceOf({
      'index.d.ts': `export { f, K } from './one.ts';`,
      'one.d.ts':
        'export declare function f(a: 1): 1;\nexport declare function f(a: 2): 2;\nexport declare const K: 1;\nexport type K = typeof K;',
    });
    expect(exported).toEqual([
      'export declare const K: 1;\nexport type K = typeof K;',
      'export declare function f(a: 1): 1;\nexport declare function f(a: 2): 2;',
    ]);
  });

  it('has what exported declarations mention, by imports, inline imports and in the same file', () => {
    const { reachable } = surfaceOf({
      'index.d.ts': `export { a } from './one.ts';`,
      'one.d.ts': `import type { B, Unused } from './two.ts';\ninterface Local { }\nexport declare const a: B & Local & import("./two.ts").Inline & 'Text';`,
      'two.d.ts':
        'export type B = Deep[];\ninterface Deep { }\nexport type Inline = 1;\nexport type Unused = 2;\nexport type Text = 3;',
    });
    expect(reachable).toEqual([
      'export type B = Deep[];',
      'interface Deep { }',
      'export type Inline = 1;',
      'interface Local { }',
    ]);
  });

  it('names what it takes from other packages, and what it passes on', () => {
    const { foreign } = surfaceOf({
      'index.d.ts': `export { Secret } from '@k8s-ccm/cloud-http';\nexport { a } from './one.ts';`,
      'one.d.ts': `import * as t from 'io-ts';\nimport type { Pool, Agent } from 'undici';\nexport declare const a: (pool: Pool, agent: Agent) => t.Type<1>;`,
    });
    expect(foreign).toEqual([
      "export { Secret } from '@k8s-ccm/cloud-http';",
      "import * as t from 'io-ts';",
      "import { Agent, Pool } from 'undici';",
    ]);
  });
});
