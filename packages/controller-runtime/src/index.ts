export { systemClock } from './clock.ts';
export type { Clock, Timer } from './clock.ts';
export { seededRandom, systemRandom } from './random.ts';
export type { Random } from './random.ts';
