import { featureGates } from './feature-gates.ts';
import type { FeatureGate } from './feature-gates.ts';

/** Returns the feature gates as a Markdown table with stage, default and meaning. */
export function featureGatesTable(): string {
  const rows = Object.entries<FeatureGate>(featureGates).map(([name, gate]) => {
    const does =
      gate.noEffect === undefined ? gate.doc : `${gate.doc} Has no effect: ${gate.noEffect}.`;
    return `| \`${name}\` | ${gate.stage} | ${gate.default} | ${does} |`;
  });
  return [
    '| feature gate | stage | default | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
