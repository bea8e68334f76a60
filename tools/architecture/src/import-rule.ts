/** What one room may import of the other rooms. */
export interface ImportRule {
  /** The room, or a pattern such as `*-controller` or `examples/*`. */
  readonly room: string;
  /** Rooms or patterns that it may load. */
  readonly may: readonly string[];
  /** Rooms of which it may only take types. */
  readonly mayTypes?: readonly string[];
}

/**
 * Who may import whom; the first rule whose pattern fits a room is the room's rule.
 * The reasons stand in docs/explanation/architecture.md.
 */
export const importRules: readonly ImportRule[] = [
  // Before the patterns that its name would fit: an example is a user's program.
  {
    room: 'examples/*',
    may: [
      'foundation',
      'component-config',
      'secure-serving',
      'controller-manager',
      'controller-runtime',
      'controller-testing',
      'cloud-provider',
      'cloud-http',
      'provider-kit',
      '*-controller',
      '*-provider',
      '*-sdk',
    ],
  },
  { room: 'ccm', may: ['controller-manager', '*-controller', '*-provider'] },
  {
    room: 'controller-manager',
    may: [
      'component-config',
      'secure-serving',
      'controller-runtime',
      'cloud-provider',
      'foundation',
    ],
  },
  {
    room: 'secure-serving',
    may: ['controller-runtime', 'component-config', 'foundation'],
    mayTypes: ['cloud-provider'],
  },
  { room: 'component-config', may: ['foundation'] },
  // For authors of controllers; a real kube-apiserver is what it stands on.
  {
    room: 'controller-testing',
    may: ['controller-runtime', 'cloud-provider', 'foundation', 'envtest'],
  },
  { room: '*-controller', may: ['controller-runtime', 'cloud-provider', 'foundation'] },
  { room: 'cloud-provider', may: ['foundation'] },
  { room: '*-provider', may: ['*-sdk', 'provider-kit', 'cloud-provider', 'foundation'] },
  { room: '*-sdk', may: ['cloud-http', 'foundation'] },
  { room: 'provider-kit', may: ['cloud-provider', 'foundation'] },
  { room: 'controller-runtime', may: ['foundation'], mayTypes: ['cloud-provider'] },
  { room: 'cloud-http', may: ['foundation'] },
  { room: 'foundation', may: [] },
  { room: 'cloud-emulator', may: [] },
  { room: 'kube-emulator', may: [] },
  { room: '*-emulator', may: ['cloud-emulator'] },
];

/** The rule of a room. @throws Error for a room that no rule names */
export function importRuleOf(room: string): ImportRule {
  const rule = importRules.find(({ room: pattern }) => matches(pattern, room));
  if (rule === undefined) throw new Error(`no import rule names the room "${room}"`);
  return rule;
}

/** True where `rule` lets its room import `target`. */
export function isImportAllowed(rule: ImportRule, target: string, typeOnly: boolean): boolean {
  const allowed = typeOnly ? [...rule.may, ...(rule.mayTypes ?? [])] : rule.may;
  return allowed.some((pattern) => matches(pattern, target));
}

function matches(pattern: string, room: string): boolean {
  if (pattern.startsWith('*')) return room.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return room.startsWith(pattern.slice(0, -1));
  return room === pattern;
}
