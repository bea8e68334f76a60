import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CommandLineError, readCommandLine } from './command-line.ts';

const noJson = join(import.meta.dirname, 'main.ts');

describe('the command line', () => {
  it('has defaults', () => {
    expect(readCommandLine([])).toEqual({
      port: 0,
      latency: { ms: 0 },
      tokenLifetimeSeconds: 300,
      randomSeed: 1,
    });
  });

  it('sets all options', () => {
    const args =
      '--port 1 --host ::1 --region r --latency 20 --token-lifetime 5 --random-seed 7'.split(' ');
    expect(readCommandLine(args)).toEqual({
      port: 1,
      host: '::1',
      region: 'r',
      latency: { ms: 20 },
      tokenLifetimeSeconds: 5,
      randomSeed: 7,
    });
  });

  it('prints the help', () => {
    expect(readCommandLine(['--help'])).toBeUndefined();
  });

  it.each([
    [['--prot', '1'], "Unknown option '--prot'"],
    [['--port', 'http'], '--port: expected an integer from 0 to 65535, got "http"'],
    [['--port', '65536'], '--port: expected an integer from 0 to 65535, got "65536"'],
    [['--port'], '--port'],
    [['--port='], '--port: expected'],
    [['--latency', '1.5'], '--latency: expected'],
    [['--token-lifetime', '0'], '--token-lifetime: expected an integer from 1'],
    [['extra'], 'extra'],
    [['--seed', '/nowhere/seed.json'], '--seed: cannot read /nowhere/seed.json'],
    [['--seed', noJson], '--seed: cannot read'],
  ])('refuses %j in one line', (args, part) => {
    const read = (): unknown => readCommandLine(args);
    expect(read).toThrow(CommandLineError);
    expect(read).toThrow(part);
    expect(read).not.toThrow('\n');
  });
});
