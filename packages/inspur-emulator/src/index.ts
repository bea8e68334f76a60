export type { Account, Caller } from './account.ts';
export { defaultAccount } from './account.ts';
export type { Call, CallPage } from './call-log.ts';
export type { Clock, Timer } from './clock.ts';
export type { CloudOptions, CloudReply, CloudRequest } from './cloud.ts';
export { Cloud } from './cloud.ts';
export { CloudState } from './cloud-state.ts';
export { ControlInputError } from './control-input-error.ts';
export type { Controls, TokenChange } from './controls.ts';
export type { Denial } from './denial.ts';
export type { Emulator, EmulatorCredentials, EmulatorOptions } from './emulator.ts';
export { startEmulator } from './emulator.ts';
export type { Fault } from './fault.ts';
export type { Latency } from './latency.ts';
export type { Limits } from './limits.ts';
export type { MemberRules } from './member-rules.ts';
export type { Random } from './random.ts';
export { seededRandom } from './random.ts';
export type { SignedRequest } from './request-signature.ts';
export { requestSignature } from './request-signature.ts';
export type { SeedDefaults } from './seed-reader.ts';
export type { EncodedBody, Service, ServiceAnswer, ServiceRequest } from './service.ts';
export { ServiceError } from './service-error.ts';
export { SlbCode } from './slb-code.ts';
export type { SlbOperation } from './slb-route.ts';
export type { SlbServiceOptions } from './slb-service.ts';
export { SlbService } from './slb-service.ts';
export type {
  CloudSeed,
  CloudSnapshot,
  Eip,
  ForwardRule,
  Listener,
  ListenerProtocol,
  LoadBalancer,
  Member,
  MemberType,
  Route,
  RouteTable,
  Scheme,
  Server,
  SlbState,
} from './wire.ts';
