import type { InstanceMetadata } from './instances.ts';
import {
  InstanceTypeLabel,
  InstanceTypeLabelBeta,
  RegionLabel,
  RegionLabelBeta,
  ZoneLabel,
  ZoneLabelBeta,
} from './well-known.ts';

/** Labels by key. */
export type Labels = Readonly<Record<string, string>>;

const pairs = [
  [ZoneLabelBeta, ZoneLabel],
  [RegionLabelBeta, RegionLabel],
  [InstanceTypeLabelBeta, InstanceTypeLabel],
] as const;

/** Keys that belong to Kubernetes: a provider may not set them as additional labels. */
const reservedKey = /(^|\.)(kubernetes|k8s)\.io\//;

/**
 * The labels that initialisation writes on a Node: both names of instance type, zone and region
 * where the cloud gives them, overwriting; and the additional labels that are neither Kubernetes'
 * own nor on the Node already (contract §2.4).
 */
export function initialNodeLabels(present: Labels | undefined, metadata: InstanceMetadata): Labels {
  const { instanceType, zone, region, additionalLabels = {} } = metadata;
  const additional = Object.entries(additionalLabels).filter(
    ([key]) => !reservedKey.test(key) && !Object.hasOwn(present ?? {}, key),
  );
  return {
    ...(instanceType
      ? { [InstanceTypeLabelBeta]: instanceType, [InstanceTypeLabel]: instanceType }
      : {}),
    ...(zone ? { [ZoneLabelBeta]: zone, [ZoneLabel]: zone } : {}),
    ...(region ? { [RegionLabelBeta]: region, [RegionLabel]: region } : {}),
    ...Object.fromEntries(additional),
  };
}

/**
 * The labels to write on an initialised Node so that the newer names of zone, region and instance
 * type follow the older ones; empty where they do. The older name wins, and a newer one alone is
 * left alone (contract §2.4).
 */
export function reconciledNodeLabels(present: Labels | undefined): Labels {
  const wanted = pairs.flatMap(([older, newer]) => {
    const value = present?.[older];
    return value === undefined || value === present?.[newer] ? [] : [[newer, value] as const];
  });
  return Object.fromEntries(wanted);
}
