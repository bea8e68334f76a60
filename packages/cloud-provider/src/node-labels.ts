import type { InstanceMetadata } from './instances.ts';
import { isLabelKey, isLabelValue } from './label-syntax.ts';
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
 * The labels that the initialization writes on a Node: both names of instance type, zone and region if the cloud gives
 * them, overwriting; and the additional labels that are neither Kubernetes' own nor on the Node already (contract.md#node-labels).
 * Labels that the API server would refuse are left out; see `skippedNodeLabels`.
 */
export function initialNodeLabels(present: Labels | undefined, metadata: InstanceMetadata): Labels {
  return Object.fromEntries(wantedLabels(present, metadata).filter(isWritable));
}

/** The labels that `initialNodeLabels` leaves out because the API server would refuse them, and the whole write with them. */
export function skippedNodeLabels(present: Labels | undefined, metadata: InstanceMetadata): Labels {
  return Object.fromEntries(wantedLabels(present, metadata).filter((label) => !isWritable(label)));
}

function wantedLabels(
  present: Labels | undefined,
  metadata: InstanceMetadata,
): readonly (readonly [string, string])[] {
  const { instanceType, zone, region, additionalLabels = {} } = metadata;
  return [
    ...ofKeys(instanceType, InstanceTypeLabelBeta, InstanceTypeLabel),
    ...ofKeys(zone, ZoneLabelBeta, ZoneLabel),
    ...ofKeys(region, RegionLabelBeta, RegionLabel),
    ...Object.entries(additionalLabels).filter(
      ([key]) => !reservedKey.test(key) && !Object.hasOwn(present ?? {}, key),
    ),
  ];
}

function ofKeys(
  value: string | undefined,
  ...keys: readonly string[]
): readonly (readonly [string, string])[] {
  return value ? keys.map((key) => [key, value] as const) : [];
}

function isWritable([key, value]: readonly [string, string]): boolean {
  return isLabelKey(key) && isLabelValue(value);
}

/**
 * The labels to write on an initialized Node so that the newer names of zone, region and instance
 * type follow the older ones; empty where they do. The older name wins, and a newer one alone is
 * left alone (contract.md#node-labels).
 */
export function reconciledNodeLabels(present: Labels | undefined): Labels {
  const wanted = pairs.flatMap(([older, newer]) => {
    const value = present?.[older];
    return value === undefined || value === present?.[newer] ? [] : [[newer, value] as const];
  });
  return Object.fromEntries(wanted);
}
