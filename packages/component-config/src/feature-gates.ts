import { parseGoBool } from '@k8s-ccm/foundation';
import type { Flag, FlagFacts } from './flag.ts';
import { upstreamFeatureGates } from './upstream-feature-gates.ts';

/** What is known of one feature gate. */
export interface FeatureGate {
  /** What `AllAlpha` and `AllBeta` go by. */
  readonly stage: 'alpha' | 'beta';
  readonly default: boolean;
  /** What it turns on, in a sentence. */
  readonly doc: string;
  /** Why setting it changes nothing here. */
  readonly noEffect?: string;
}

/**
 * The feature gates (contract.md#flags). Stages and defaults are upstream's, but for
 * `CloudControllerManagerWatchBasedRoutesReconciliation`, which is off there.
 */
export const featureGates = {
  CloudControllerManagerWatchBasedRoutesReconciliation: {
    stage: 'alpha',
    default: true,
    doc: 'Routes are looked at when nodes change, and not only after --route-reconciliation-period.',
  },
  CloudControllerManagerWebhook: {
    stage: 'alpha',
    default: false,
    doc: 'Webhooks are served.',
    noEffect: 'no webhooks are served',
  },
  ContextualLogging: {
    stage: 'beta',
    default: true,
    doc: 'Lines of the log have the context of their work.',
    noEffect: 'every line of the log has its context',
  },
  ControllerManagerReleaseLeaderElectionLockOnExit: {
    stage: 'alpha',
    default: false,
    doc: 'The lease is released at the end.',
    noEffect: 'the lease is always released on a clean stop',
  },
  LoggingAlphaOptions: {
    stage: 'alpha',
    default: false,
    doc: 'Options of the log that are alpha can be set.',
    noEffect: 'the options that it guards have no effect',
  },
  LoggingBetaOptions: {
    stage: 'beta',
    default: true,
    doc: 'Options of the log that are beta can be set.',
    noEffect: 'no option of the log is guarded by it',
  },
  NativeHistograms: {
    stage: 'alpha',
    default: false,
    doc: 'Histograms are native ones.',
    noEffect: 'metrics are served as text, which has no native histograms',
  },
  RemoteRequestHeaderUID: {
    stage: 'beta',
    default: true,
    doc: 'The UID of a user is taken from --requestheader-uid-headers.',
  },
} as const satisfies Readonly<Record<string, FeatureGate>>;

/** The name of a feature gate. */
export type FeatureGateName = keyof typeof featureGates;

/** Every known gate, on or off; frozen. */
export type FeatureGateValues = Readonly<Record<FeatureGateName, boolean>>;

/** Whether a feature is on. */
export function featureEnabled(
  flags: { readonly 'feature-gates': FeatureGateValues },
  name: FeatureGateName,
): boolean {
  return flags['feature-gates'][name];
}

/** The gates whose value differs from their default though nothing goes by them, with the reason. */
export function ineffectiveGates(
  values: FeatureGateValues,
): readonly { readonly gate: FeatureGateName; readonly reason: string }[] {
  return gates.flatMap(([name, { default: preset, noEffect }]) =>
    noEffect === undefined || !isGate(name) || values[name] === preset
      ? []
      : [{ gate: name, reason: noEffect }],
  );
}

const gates: readonly (readonly [name: string, gate: FeatureGate])[] = Object.entries(featureGates);

/** Gates that set all those of a stage that are not set by their own names. */
const groups = { AllAlpha: 'alpha', AllBeta: 'beta' } as const;

const settable: readonly string[] = [...Object.keys(groups), ...gates.map(([name]) => name)];

/** The gates of {@link upstreamFeatureGates} in a text that {@link featureGatesFlag} allows, with the reason why they have no effect. */
export function upstreamGatesIn(
  text: string,
): readonly { readonly gate: string; readonly reason: string }[] {
  return [...(parseSettings(text)?.keys() ?? [])].flatMap((gate) => {
    const reason = upstreamFeatureGates.get(gate)?.noEffect;
    return reason === undefined ? [] : [{ gate, reason }];
  });
}

/** A flag of `Name=true` and `Name=false` between commas. Its value has every gate of {@link featureGates}. */
export function featureGatesFlag(
  facts: Omit<FlagFacts<FeatureGateValues>, 'default'>,
): Flag<FeatureGateValues> {
  return {
    ...facts,
    default: withDefaults(new Map()),
    kind: 'map',
    allowed: `Name=true or Name=false between commas, with the names ${settable.join(', ')}`,
    separator: ',',
    names: settable,
    olderNames: [...upstreamFeatureGates.keys()],
    parse: (text) => {
      const settings = parseSettings(text);
      return settings === undefined || lockedOtherwise(settings).length > 0
        ? undefined
        : withDefaults(settings);
    },
    explain: (text) => {
      const locked = lockedOtherwise(parseSettings(text) ?? new Map());
      if (locked.length === 0) return undefined;
      const wanted = locked.map(({ name, lockedTo }) => `${name}=${lockedTo}`).join(', ');
      return {
        found: locked.map(({ name, lockedTo }) => `${name}=${!lockedTo}`).join(', '),
        allowed: `${wanted}, to which upstream has locked it, or no such setting`,
      };
    },
    format: (value) =>
      gates
        .filter(([name, gate]) => isGate(name) && value[name] !== gate.default)
        .map(([name, gate]) => `${name}=${!gate.default}`)
        .join(','),
  };
}

function parseSettings(text: string): ReadonlyMap<string, boolean> | undefined {
  const settings = new Map<string, boolean>();
  for (const word of text.split(',').filter((each) => each.trim() !== '')) {
    const [name = '', value, ...more] = word.split('=').map((each) => each.trim());
    const isOn = value === undefined || more.length > 0 ? undefined : parseGoBool(value);
    const isKnown = settable.includes(name) || upstreamFeatureGates.has(name);
    if (isOn === undefined || !isKnown) return undefined;
    settings.set(name, isOn);
  }
  return settings;
}

/** The gates that are set to another value than the one to which they are locked. */
function lockedOtherwise(
  settings: ReadonlyMap<string, boolean>,
): readonly { readonly name: string; readonly lockedTo: boolean }[] {
  return [...settings].flatMap(([name, isOn]) => {
    const lockedTo = upstreamFeatureGates.get(name)?.lockedTo;
    return lockedTo === undefined || lockedTo === isOn ? [] : [{ name, lockedTo }];
  });
}

function withDefaults(settings: ReadonlyMap<string, boolean>): FeatureGateValues {
  const entries = gates.map(([name, gate]) => {
    const ofStage = settings.get(gate.stage === 'alpha' ? 'AllAlpha' : 'AllBeta');
    return [name, settings.get(name) ?? ofStage ?? gate.default] as const;
  });
  const values: Readonly<Record<string, boolean>> = Object.fromEntries(entries);
  Object.freeze(values);
  if (!isComplete(values)) throw new Error('a feature gate has no value');
  return values;
}

function isGate(name: string): name is FeatureGateName {
  return name in featureGates;
}

function isComplete(values: Readonly<Record<string, boolean>>): values is FeatureGateValues {
  return gates.every(([name]) => name in values);
}
