export { heldBy, inTurn, returns, throws } from './answers.ts';
export type { FakeAnswer } from './answers.ts';
export type { FakeCallFilter } from './call-record.ts';
export type {
  FakeArguments,
  FakeCall,
  FakeOperation,
  FakeResults,
  FakeTarget,
} from './fake-call.ts';
export { FakeCloudProvider } from './fake-cloud-provider.ts';
export type { FakeCloudProviderOptions } from './fake-cloud-provider.ts';
export { Gate } from './gate.ts';
