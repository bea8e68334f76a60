export { FakeClock } from './fake-clock.ts';
export type { FakeClockOptions } from './fake-clock.ts';
export { FakeInformer } from './fake-informer.ts';
export { FakeLeaseServer } from './fake-lease-server.ts';
export type { LeaseCallFate, LeaseLink } from './fake-lease-server.ts';
export { until } from './until.ts';
