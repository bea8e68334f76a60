import { describe, expect, it } from '@jest/globals';
import { runCandidate } from './run-candidate.ts';
import { servicesScenario } from '../services/services-scenario.ts';

describe('runCandidate', () => {
  it('says what a command wrote that ends by itself', async () => {
    const program = 'console.error("no such flag"); process.exit(3)';
    const run = runCandidate(
      {
        name: 'against',
        cloudConfig: 'go',
        hasProbe: false,
        command: () => [process.execPath, '--eval', program],
      },
      servicesScenario,
      {
        settings: { scenario: 'services', services: 1, ports: 1, nodes: 1, latencyMs: 0 },
        signal: new AbortController().signal,
        say: () => undefined,
      },
    );
    await expect(run).rejects.toThrow(
      'the candidate ended by itself (exit code 3); its last lines:\nno such flag',
    );
  }, 120_000);
});
