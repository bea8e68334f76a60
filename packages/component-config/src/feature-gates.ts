import { parseGoBool } from '@k8s-ccm/foundation';
import type { Flag, FlagFacts } from './flag.ts';
import { upstreamFeatureGates } from './upstream-feature-gates.ts';

/** A feature gate. */
export interface FeatureGate {
  /** The stage, by which `AllAlpha` and `AllBeta` select gates. */
  readonly stage: 'alpha' | 'beta';
  readonly default: boolean;
  /** One sentence that says what the gate enables. */
  readonly doc: string;
  /** Why the gate has no effect. */
  readonly noEffect?: string;
}

/**
 * The feature gates (contract.md#flags). Stages and defaults are upstream's, except that
 * `CloudControllerManagerWatchBasedRoutesReconciliation` is disabled by default there.
 */
export const featureGates = {
  CloudControllerManagerWatchBasedRoutesReconciliation: {
    stage: 'alpha',
    default: true,
    doc: 'Reconciles routes when Nodes change, in addition to every --route-reconciliation-period.',
  },
  CloudControllerManagerWebhook: {
    stage: 'alpha',
    default: false,
    doc: 'Serves webhooks.',
    noEffect: 'no webhooks are served',
  },
  ContextualLogging: {
    stage: 'beta',
    default: true,
    doc: 'Adds the context of the operation to log lines.',
    noEffect: 'log lines always have their context',
  },
  ControllerManagerReleaseLeaderElectionLockOnExit: {
    stage: 'alpha',
    default: false,
    doc: 'Releases the Lease on exit.',
    noEffect: 'the Lease is always released on a graceful shutdown',
  },
  LoggingAlphaOptions: {
    stage: 'alpha',
    default: false,
    doc: 'Allows alpha logging options to be set.',
    noEffect: 'the alpha logging options have no effect',
  },
  LoggingBetaOptions: {
    stage: 'beta',
    default: true,
    doc: 'Allows beta logging options to be set.',
    noEffect: 'there are no beta logging options',
  },
  NativeHistograms: {
    stage: 'alpha',
    default: false,
    doc: 'Exposes native histograms.',
    noEffect: 'metrics are served in the text format, which does not support native histograms',
  },
  RemoteRequestHeaderUID: {
    stage: 'beta',
    default: true,
    doc: 'Reads the UID of a user from the headers in --requestheader-uid-headers.',
  },
} as const satisfies Readonly<Record<string, FeatureGate>>;

/** The name of a feature gate. */
export type FeatureGateName = keyof typeof featureGates;

/** The values of all feature gates, frozen. */
export type FeatureGateValues = Readonly<Record<FeatureGateName, boolean>>;

/** Returns true if the feature is enabled. */
export function featureEnabled(
  flags: { readonly 'feature-gates': FeatureGateValues },
  name: FeatureGateName,
): boolean {
  return flags['feature-gates'][name];
}

/** Returns the gates that are set to a value other than their default but have no effect, with the reason. */
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

/** Names that set all gates of a stage that are not set individually. */
const groups = { AllAlpha: 'alpha', AllBeta: 'beta' } as const;

const settable: readonly string[] = [...Object.keys(groups), ...gates.map(([name]) => name)];

/**
 * Returns the gates of {@link upstreamFeatureGates} in a value of {@link featureGatesFlag}, with the reason why
 * they have no effect.
 */
export function upstreamGatesIn(
  text: string,
): readonly { readonly gate: string; readonly reason: string }[] {
  return [...(parseSettings(text)?.keys() ?? [])].flatMap((gate) => {
    const reason = upstreamFeatureGates.get(gate)?.noEffect;
    return reason === undefined ? [] : [{ gate, reason }];
  });
}

/**
 * Creates a flag for comma-separated pairs `Name=true` or `Name=false`. Its value has all gates of {@link
 * featureGates}.
 */
export function featureGatesFlag(
  facts: Omit<FlagFacts<FeatureGateValues>, 'default'>,
): Flag<FeatureGateValues> {
  return {
    ...facts,
    default: withDefaults(new Map()),
    kind: 'map',
    allowed: `comma-separated pairs Name=true or Name=false, with the names ${settable.join(', ')}`,
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
        allowed: `${wanted} (the value is locked), or no setting`,
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

/** Returns the gates that are set to a value other than the one to which they are locked. */
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
