import type { AuditedRequest } from './audit-log.ts';

/** A rule of a Role or ClusterRole. */
export interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** Every single right that the rules give, as `patch nodes/status`, `get leases.coordination.k8s.io/name`. */
export function rightsOf(rules: readonly PolicyRule[]): readonly string[] {
  const rights = rules.flatMap((rule) => {
    const { apiGroups = [''], resources = [], resourceNames = [undefined], verbs } = rule;
    const targets = [
      ...(rule.nonResourceURLs ?? []),
      ...resources.flatMap((resource) =>
        apiGroups.flatMap((group) => resourceNames.map((name) => target(resource, group, name))),
      ),
    ];
    return verbs.flatMap((verb) => targets.map((each) => `${verb} ${each}`));
  });
  return [...new Set(rights)].toSorted();
}

/** The rights that requests took from one role, in the form of {@link rightsOf}. */
export function rightsUsed(
  requests: readonly AuditedRequest[],
  role: { readonly kind: string; readonly name: string; readonly named: ReadonlySet<string> },
): readonly string[] {
  const reason = `of ${role.kind} "${role.name}" to`;
  const used = requests
    .filter(({ annotations }) => annotations?.['authorization.k8s.io/reason']?.includes(reason))
    .map(({ verb, objectRef, requestURI }) => {
      const { resource, subresource, apiGroup = '', name } = objectRef ?? {};
      if (resource === undefined) return `${verb} ${requestURI}`;
      const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
      const full = `${verb} ${target(whole, apiGroup, name)}`;
      return role.named.has(full) ? full : `${verb} ${target(whole, apiGroup, undefined)}`;
    });
  return [...new Set(used)].toSorted();
}

function target(resource: string, group: string, name: string | undefined): string {
  const [kind = '', ...rest] = resource.split('/');
  const qualified = [group === '' ? kind : `${kind}.${group}`, ...rest].join('/');
  return name === undefined ? qualified : `${qualified} ${name}`;
}
