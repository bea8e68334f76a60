import type { CloudProvider, Instances, LoadBalancer } from '@k8s-ccm/cloud-provider';

type OptionalMember<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

/** Optional members that controllers check when they start. A missing member is a compile error. */
const members: {
  /** `claims` is looked up at each call. Absent means true. */
  readonly loadBalancer: Readonly<Record<Exclude<OptionalMember<LoadBalancer>, 'claims'>, true>>;
  /** `providerIDOptional` is looked up at each call. Absent means false. */
  readonly instances: Readonly<
    Record<Exclude<OptionalMember<Instances>, 'providerIDOptional'>, true>
  >;
} = {
  loadBalancer: { hostKey: true, plan: true },
  instances: { addresses: true, survey: true, confirmAccess: true },
};

/** Returns the optional parts and members that a provider has, for example `instances` and `instances.survey`. */
export function providerParts(provider: CloudProvider): ReadonlySet<string> {
  return new Set(
    (['loadBalancer', 'instances', 'routes'] as const).flatMap((name) => {
      const part = provider[name];
      if (part === undefined) return [];
      const optional = name === 'routes' ? [] : Object.keys(members[name]);
      const found = optional.filter((member) => Reflect.get(part, member) !== undefined);
      return [name, ...found.map((member) => `${name}.${member}`)];
    }),
  );
}
