import { describe, expect, it } from '@jest/globals';
import { CommandLineError, readCommandLine } from './command-line.ts';

const scenarios = ['services', 'other'];

describe('readCommandLine', () => {
  it('measures 500 Services of 2 ports, 100 nodes and 20 ms once, where nothing is said', () => {
    expect(readCommandLine([], scenarios)).toEqual({
      settings: { scenario: 'services', services: 500, ports: 2, nodes: 100, latencyMs: 20 },
      rounds: 1,
      json: false,
      record: false,
    });
  });

  it('takes every flag', () => {
    const args = [
      ['--scenario', 'other', '--services=3', '--ports', '1', '--nodes=2', '--latency', '0'],
      ['--rounds=5', '--json', '--record', '--profile', 'profiles'],
      ['--against', 'peer --port={port}', '--against-cloud-config=yaml'],
    ].flat();
    expect(readCommandLine(args, scenarios)).toEqual({
      settings: { scenario: 'other', services: 3, ports: 1, nodes: 2, latencyMs: 0 },
      rounds: 5,
      json: true,
      record: true,
      profile: 'profiles',
      against: { command: 'peer --port={port}', cloudConfig: 'yaml' },
    });
  });

  it('writes the other command its cloud-config as key=value lines, where nothing is said', () => {
    expect(readCommandLine(['--against', 'peer'], scenarios)?.against?.cloudConfig).toBe('go');
  });

  it('gives nothing where help is asked for', () => {
    expect(readCommandLine(['--help'], scenarios)).toBeUndefined();
  });

  it.each([
    [['--services', '0'], '--services: expected an integer from 1 to 10000, got "0"'],
    [['--services', '1e3'], '--services: expected an integer from 1 to 10000, got "1e3"'],
    [['--latency', '-1'], "Option '--latency' argument is ambiguous."],
    [['--scenario', 'nodes'], '--scenario: expected services or other, got "nodes"'],
    [['--against', ''], '--against: the command is empty'],
    [['--against', "peer 'x"], "--against: no closing ' in: peer 'x"],
    [
      ['--against', 'peer {folder}'],
      '--against: no {folder}, only {kubeconfig}, {cloudConfig}, {port}',
    ],
    [['--against-cloud-config', 'go'], '--against-cloud-config: needs --against'],
    [
      ['--against', 'peer', '--against-cloud-config', 'toml'],
      '--against-cloud-config: expected go or yaml, got "toml"',
    ],
    [['--unknown'], "Unknown option '--unknown'"],
  ])('refuses %j in one line', (args, message) => {
    const read = (): unknown => readCommandLine(args, scenarios);
    expect(read).toThrow(CommandLineError);
    expect(read).toThrow(message);
  });
});
