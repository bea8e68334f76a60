import { ControlInputError } from '../input/control-input-error.ts';
import type { CloudControls } from './controls.ts';

/** Path prefix of the control API. */
export const controlPrefix = '/_emulator/';

/** A response of the control API. */
export interface ControlReply {
  readonly status: number;
  readonly body: unknown;
}

type Control = (input: unknown, query: URLSearchParams) => unknown;

/** HTTP handler of the control API below {@link controlPrefix}. Requires no credentials. */
export class ControlSurface {
  readonly #controls: ReadonlyMap<string, Control>;

  constructor(controls: CloudControls) {
    const counts = (): unknown =>
      Object.fromEntries(
        Object.entries(controls.state()).map(([kind, objects]) => [kind, objects.length]),
      );
    this.#controls = new Map<string, Control>([
      ['GET state', () => controls.state()],
      ['PUT state', set((seed) => controls.replaceState(seed), counts)],
      ['PATCH state', set((seed) => controls.patchState(seed), counts)],
      ['GET calls', (_input, query) => controls.calls(readSince(query))],
      ['GET faults', () => controls.faults()],
      [
        'PUT faults',
        set(
          (faults) => controls.setFaults(faults),
          () => controls.faults(),
        ),
      ],
      ['GET latency', () => controls.latency()],
      [
        'PUT latency',
        set(
          (latency) => controls.setLatency(latency),
          () => controls.latency(),
        ),
      ],
      ['GET limits', () => controls.limits()],
      [
        'PUT limits',
        set(
          (limits) => controls.setLimits(limits),
          () => controls.limits(),
        ),
      ],
      ['GET member-rules', () => controls.memberRules()],
      [
        'PUT member-rules',
        set(
          (rules) => controls.setMemberRules(rules),
          () => controls.memberRules(),
        ),
      ],
      [
        'PUT tokens',
        set(
          (change) => controls.changeTokens(change),
          () => ({}),
        ),
      ],
      ['GET denied', () => controls.denied()],
      [
        'PUT denied',
        set(
          (denial) => controls.setDenied(denial),
          () => controls.denied(),
        ),
      ],
      ['GET hidden', () => ({ serverIds: controls.hidden() })],
      [
        'PUT hidden',
        set(
          (hidden) => controls.setHidden(hidden),
          () => ({ serverIds: controls.hidden() }),
        ),
      ],
    ]);
  }

  /**
   * Handles a request to the control API. Responds to invalid input with status 400 and one line in `message`.
   * @param target path and query as sent
   */
  handle(method: string, target: string, body: string): ControlReply {
    const [path = '', query = ''] = target.split('?', 2);
    const name = path.slice(controlPrefix.length);
    const control = this.#controls.get(`${method} ${name}`);
    if (control === undefined) return this.#unknown(method, name);
    try {
      const input = method === 'GET' ? undefined : parse(body);
      return { status: 200, body: control(input, new URLSearchParams(query)) };
    } catch (error) {
      if (!(error instanceof ControlInputError)) throw error;
      return { status: 400, body: { message: error.message } };
    }
  }

  #unknown(method: string, name: string): ControlReply {
    const known = [...this.#controls.keys()].filter((key) => key.endsWith(` ${name}`));
    const message = `control ${method} ${controlPrefix}${name} does not exist; allowed: ${
      known.length > 0 ? known.join(', ') : [...this.#controls.keys()].join(', ')
    }`;
    return { status: known.length > 0 ? 405 : 404, body: { message } };
  }
}

function set(apply: (input: unknown) => void, nowInForce: () => unknown): Control {
  return (input) => {
    apply(input);
    return nowInForce();
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    throw new ControlInputError(
      `body: invalid JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function readSince(query: URLSearchParams): number {
  const since = query.get('since') ?? '0';
  if (!/^\d{1,15}$/.test(since))
    throw new ControlInputError(`since: expected a non-negative integer, got "${since}"`);
  return Number(since);
}
