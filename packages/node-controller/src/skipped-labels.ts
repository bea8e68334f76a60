import type { Labels } from '@k8s-ccm/cloud-provider';

/** Most labels that a message names. */
const mostNamed = 5;

/** Most characters of a key or a value that a message shows. */
const longestShown = 64;

/** The message of the event `LabelsSkipped`. */
export function skippedLabelsMessage(labels: Labels): string {
  const shown = Object.entries(labels).map(
    ([key, value]) => `${cut(key)}=${JSON.stringify(cut(value))}`,
  );
  const rest = shown.length > mostNamed ? ` and ${shown.length - mostNamed} more` : '';
  return `Node is initialized without labels that Kubernetes does not accept: ${shown.slice(0, mostNamed).join(', ')}${rest}. A value has at most 63 characters: letters, digits, "-", "_" and "."; it starts and ends with a letter or digit`;
}

function cut(text: string): string {
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
