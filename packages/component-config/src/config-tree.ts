import type { ConfigurationSchema } from './configuration-schema.ts';
import type { Flag } from './flag.ts';

/** The meaning of a key of a configuration file. */
export type ConfigEntry =
  | { readonly kind: 'section'; readonly entries: ConfigTree }
  | { readonly kind: 'flag'; readonly name: string; readonly flag: Flag<unknown> }
  /** The only value that is allowed. */
  | { readonly kind: 'fixed'; readonly value: unknown };

/** The keys of a section of a configuration file. */
export type ConfigTree = ReadonlyMap<string, ConfigEntry>;

/** Returns all keys of the configuration file of a program. */
export function configTree(schema: ConfigurationSchema): ConfigTree {
  const root = new Map<string, ConfigEntry>();
  put(root, 'apiVersion', { kind: 'fixed', value: schema.apiVersion });
  put(root, 'kind', { kind: 'fixed', value: schema.kind });
  for (const [path, value] of schema.fixedValues ?? []) put(root, path, { kind: 'fixed', value });
  for (const [name, path] of Object.entries(schema.paths)) {
    const flag = schema.flags[name];
    if (flag !== undefined) put(root, path, { kind: 'flag', name, flag });
  }
  return root;
}

function put(tree: Map<string, ConfigEntry>, path: string, entry: ConfigEntry): void {
  const dot = path.indexOf('.');
  if (dot < 0) {
    tree.set(path, entry);
    return;
  }
  const key = path.slice(0, dot);
  const known = tree.get(key);
  const entries = new Map(known?.kind === 'section' ? known.entries : []);
  put(entries, path.slice(dot + 1), entry);
  tree.set(key, { kind: 'section', entries });
}
