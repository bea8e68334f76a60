import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { featureGatesTable, flagsTable, parseConfigFile } from '@k8s-ccm/component-config';
import { managerConfiguration } from './manager-configuration.ts';
import { managerFlags } from './manager-flags.ts';

/** Without what only makes the columns even. */
function squeezed(text: string): string {
  return text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
}

describe('docs/reference/flags.md', () => {
  let page: string;
  beforeAll(async () => {
    page = await readFile(join(import.meta.dirname, '../../../../docs/reference/flags.md'), 'utf8');
  });

  it('has the tables that the code gives', () => {
    expect(squeezed(page)).toContain(squeezed(flagsTable(managerConfiguration)));
    expect(squeezed(page)).toContain(squeezed(featureGatesTable()));
  });

  it('has an example that can be read', async () => {
    const example = /```yaml\n(?<yaml>[^]*?)```/.exec(page)?.groups?.['yaml'] ?? '';
    const { values, problems } = await parseConfigFile(
      managerConfiguration,
      example,
      'example.yaml',
    );
    expect(problems).toEqual([]);
    expect(values.get('cluster-name')?.text).toBe('east');
  });
});

describe('flagsTable', () => {
  const rows = flagsTable(managerConfiguration).split('\n');

  it.each(Object.keys(managerFlags))('has a row for %s', (name) => {
    expect(rows.filter((row) => row.startsWith(`| \`--${name}\``))).toHaveLength(1);
  });

  it('says where a flag stands elsewhere', () => {
    expect(rows).toContain(
      '| `--cluster-name` | `CCM_CLUSTER_NAME` | `KubeCloudShared.ClusterName` | text | `kubernetes` | Name of the cluster. The cloud provider uses it to identify load balancers and routes. |',
    );
    expect(rows).toContain(
      '| `--help`, `-h` | – | – | true or false | `false` | Print this help and exit. |',
    );
  });
});
