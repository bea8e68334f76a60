import { featureGates } from './feature-gates.ts';
import type { FeatureGate } from './feature-gates.ts';

/** The feature gates as Markdown: with stage, default and what they do. */
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
