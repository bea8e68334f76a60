import { describe, expect, it } from '@jest/globals';
import { environmentVariable, readEnvironment } from '@k8s-ccm/component-config';
import type { Environment } from '@k8s-ccm/component-config';
import { managerConfiguration } from './manager-configuration.ts';
import { managerFlags } from './manager-flags.ts';

const read = (environment: Environment) => readEnvironment(managerConfiguration, environment);

describe('the environment', () => {
  it.each([
    ['cloud-config', 'CCM_CLOUD_CONFIG'],
    ['v', 'CCM_V'],
    ['config', 'CCM_CONFIG'],
    ['version', undefined],
    ['help', undefined],
  ])('has for --%s the variable %s', (flag, variable) => {
    expect(environmentVariable('CCM_', flag)).toBe(variable);
  });

  it('has a variable of its own for each flag', () => {
    const variables = Object.keys(managerFlags).flatMap(
      (name) => environmentVariable('CCM_', name) ?? [],
    );
    expect(new Set(variables).size).toBe(Object.keys(managerFlags).length - 2);
    for (const variable of variables) expect(variable).toMatch(/^CCM_[A-Z0-9_]+$/);
  });

  it('gives the values that are allowed, with the variables they come from', () => {
    const { values, problems, warnings } = read({
      CCM_CLUSTER_NAME: 'east',
      CCM_PROFILING: 'false',
      CCM_CLUSTER_CIDR: '',
      CLUSTER_NAME: 'west',
      CCM_KUBECONFIG: undefined,
    });
    expect([...values]).toEqual([
      ['profiling', { text: 'false', origin: 'CCM_PROFILING' }],
      ['cluster-cidr', { text: '', origin: 'CCM_CLUSTER_CIDR' }],
      ['cluster-name', { text: 'east', origin: 'CCM_CLUSTER_NAME' }],
    ]);
    expect(problems).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('names the variable where its value is not allowed, all of them at once', () => {
    const { values, problems } = read({ CCM_SECURE_PORT: 'x', CCM_PROFILING: '' });
    expect(values.size).toBe(0);
    expect(problems).toEqual([
      { flag: 'profiling', text: 'CCM_PROFILING cannot be "": allowed is true or false' },
      {
        flag: 'secure-port',
        text: 'CCM_SECURE_PORT cannot be "x": allowed is a whole number between 0 and 65535',
      },
    ]);
  });

  it('warns once of a variable that is nearly one', () => {
    expect(read({ CCM_CLOUD_CONFG: '/etc/c.yaml' }).warnings).toEqual([
      {
        message: 'environment variable is unknown',
        fields: { variable: 'CCM_CLOUD_CONFG', meant: 'CCM_CLOUD_CONFIG' },
      },
    ]);
  });

  it.each([
    'CCM_VERSION',
    'CCM_COLOR_OF_THE_SKY',
    'CCM_SERVICE_HOST',
    'CCM_SERVICE_PORT',
    'CCM_SERVICE_PORT_HTTPS',
    'CCM_PORT',
    'CCM_PORT_443_TCP',
    'CCM_PORT_443_TCP_ADDR',
    'CCMS_CLOUD_CONFIG',
  ])('leaves %s alone', (variable) => {
    expect(read({ [variable]: 'tcp://10.0.0.1:443' })).toEqual({
      values: new Map(),
      problems: [],
      warnings: [],
    });
  });
});
