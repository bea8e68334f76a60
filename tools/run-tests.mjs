// `npm test`: lints, type-checks and tests every project. What passed before with the same inputs comes from nx's cache.
import { runTargets } from './run-targets.mjs';

runTargets(['lint', 'typecheck', 'test'], { args: process.argv.slice(2) });
