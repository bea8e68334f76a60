import { describe, expect, it } from '@jest/globals';
import { LogVerbosity } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import { createLogger } from './create-logger.ts';
import type { LoggerOptions } from './create-logger.ts';

const clock = { now: () => Date.UTC(2026, 10, 21, 12, 30, 0, 5) };

function logged(use: (log: Logger) => void, options: Partial<LoggerOptions> = {}): string {
  let written = '';
  const sink = { write: (text: string) => (written += text) };
  use(createLogger({ format: 'json', verbosity: { value: 0 }, sink, clock, ...options }));
  return written;
}

function fieldsOf(use: (log: Logger) => void): Record<string, unknown> {
  const line: Record<string, unknown> = JSON.parse(logged(use));
  return line;
}

describe('createLogger', () => {
  it('writes JSON with time, level and message first', () => {
    const text = logged((log) => log.warn('node gone', { node: 'n1', count: 2 }));
    expect(text).toBe(
      '{"time":"2026-11-21T12:30:00.005Z","level":"warn","message":"node gone","node":"n1","count":2}\n',
    );
  });

  it('writes text for the eye', () => {
    const text = logged(
      (log) =>
        log.info('service synced', {
          service: 'a/b',
          outcome: 'well done',
          ports: [80],
          none: undefined,
        }),
      { format: 'text' },
    );
    expect(text).toBe(
      '2026-11-21T12:30:00.005Z INFO  service synced service=a/b outcome="well done" ports=[80]\n',
    );
  });

  it('keeps a text line one line, whatever a field holds', () => {
    const text = logged((log) => log.info('x', { evil: 'a\n2026 INFO forged' }), {
      format: 'text',
    });
    expect(text.trimEnd().split('\n')).toHaveLength(1);
  });

  it.each([
    [0, ['error', 'warn', 'info']],
    [3, ['error', 'warn', 'info']],
    [4, ['error', 'warn', 'info', 'debug']],
  ])('with --v=%i writes the levels %j', (value, levels) => {
    const text = logged(
      (log) => {
        log.error('m');
        log.warn('m');
        log.info('m');
        log.debug('m');
      },
      { verbosity: { value } },
    );
    const written = text
      .trimEnd()
      .split('\n')
      .map((line) => String(JSON.parse(line).level));
    expect(written).toEqual(levels);
  });

  it.each([
    [0, []],
    [2, ['events']],
    [4, ['events', 'decisions', 'also decisions']],
    [6, ['events', 'decisions', 'also decisions', 'requests']],
  ])('with --v=%i writes the debug lines of %j', (value, expected) => {
    const text = logged(
      (log) => {
        const events = log.child({}, { verbosity: LogVerbosity.Events });
        events.debug('events');
        log.child({}).debug('decisions');
        log.debug('also decisions');
        log.child({}, { verbosity: LogVerbosity.Requests }).child({ a: 1 }).debug('requests');
      },
      { verbosity: { value } },
    );
    expect([...text.matchAll(/"message":"([^"]+)"/g)].map(([, message]) => message)).toEqual(
      expected,
    );
  });

  it('names the reconcile within which a line is written', () => {
    const ids = ['r-1', undefined];
    const text = logged(
      (log) => {
        log.info('within', { a: 1, reconcileID: 'not this' });
        log.info('outside');
      },
      { reconcileId: () => ids.shift() },
    );
    const [within = '', outside = ''] = text.split('\n');
    expect(JSON.parse(within)).toMatchObject({ a: 1, reconcileID: 'r-1' });
    expect(outside).not.toContain('reconcileID');
  });

  it('colors the level of a text line, and nothing else, where that is asked for', () => {
    const escape = String.fromCodePoint(27);
    const lines = logged(
      (log) => {
        log.error('m', { a: 1 });
        log.info('m');
      },
      { format: 'text', colors: true },
    ).split('\n');
    expect(lines[0]).toBe(`2026-11-21T12:30:00.005Z ${escape}[31mERROR${escape}[39m m a=1`);
    expect(lines[1]).toContain(`${escape}[32mINFO `);
    expect(logged((log) => log.error('m'), { colors: true })).not.toContain(escape);
  });

  it('adds the fields of its parents, nearest first', () => {
    const fields = fieldsOf((log) =>
      log.child({ a: 1, b: 1 }).child({ b: 2, c: 2 }).info('m', { c: 3 }),
    );
    expect(fields).toMatchObject({ a: 1, b: 2, c: 3 });
  });

  it('does not let a field replace the line’s own', () => {
    const fields = fieldsOf((log) => log.info('true', { message: 'false', level: 9 }));
    expect(fields).toMatchObject({ message: 'true', message_: 'false', level: 'info', level_: 9 });
  });

  it('tells an error with its code and causes, without stack and other fields', () => {
    const cause = Object.assign(new TypeError('socket closed'), {
      code: 'ECONNRESET',
      request: { body: 'x' },
    });
    const error = new Error('no answer', { cause });
    expect(fieldsOf((log) => log.error('m', { error }))['error']).toEqual({
      name: 'Error',
      message: 'no answer',
      cause: { name: 'TypeError', code: 'ECONNRESET', message: 'socket closed' },
    });
  });

  it("tells the cloud's request id, which is not part of the message", () => {
    const cause = Object.assign(new Error('GetThing: 500'), { requestId: 'r-1' });
    const other = Object.assign(new Error('GetThing: 500'), { requestId: '' });
    const error = new AggregateError([other], 'no answer', { cause });
    expect(fieldsOf((log) => log.error('m', { error }))['error']).toEqual({
      name: 'AggregateError',
      message: 'no answer',
      cause: { name: 'Error', message: 'GetThing: 500', requestId: 'r-1' },
      errors: [{ name: 'Error', message: 'GetThing: 500' }],
    });
  });

  it('tells all errors of an AggregateError', () => {
    const error = new AggregateError([new Error('one'), new Error('two')], 'both');
    expect(fieldsOf((log) => log.error('m', { error }))['error']).toMatchObject({
      message: 'both',
      errors: [{ message: 'one' }, { message: 'two' }],
    });
  });

  it('survives values that have no JSON', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const error = new Error('m');
    error.cause = error;
    const fields = fieldsOf((log) =>
      log.info('m', {
        circle,
        error,
        big: 10n,
        call: () => 1,
        map: new Map([['k', 1]]),
        set: new Set([1]),
      }),
    );
    expect(fields).toMatchObject({ big: '10', map: { k: 1 }, set: [1] });
  });

  it('never writes what is called a secret, however deep', () => {
    const text = logged((log) =>
      log.info('m', {
        config: { clientSecret: 'p4ss', headers: [{ Authorization: 'p4ss' }] },
        token: 'p4ss',
      }),
    );
    expect(text).not.toContain('p4ss');
    expect(text).toContain('[redacted]');
  });

  it('writes what a value says of itself', () => {
    class Hidden {
      readonly value = 'p4ss';
      toJSON(): string {
        return '[redacted]';
      }
    }
    expect(fieldsOf((log) => log.info('m', { hidden: new Hidden() }))['hidden']).toBe('[redacted]');
  });
});
