// `npm run test:long`: properties with many inputs, random histories, the soak and what else is too long for every run.
// `--effort=2` makes a pass of a few minutes; `--seed=7` takes other histories and another soak.
import { parseArgs } from 'node:util';
import { runTargets } from './run-targets.mjs';

const { values, positionals } = parseArgs({
  options: {
    effort: { type: 'string', default: '10' },
    seed: { type: 'string' },
  },
  allowPositionals: true,
});
const { effort, seed } = values;
if (!/^[1-9][0-9]*$/.test(effort)) {
  throw new RangeError(`--effort: expected a whole number of at least 1, got "${effort}"`);
}

runTargets(['test-long'], {
  env: {
    TEST_EFFORT: effort,
    // Of each law of the load balancer, a thousand in `npm test`.
    LAW_HISTORIES: String(1000 * Number(effort)),
    ...(seed === undefined ? {} : { LAW_SEED: seed, SOAK_SEED: seed }),
  },
  args: positionals,
});
