export type { Account, Caller } from './auth/account.ts';
export { defaultAccount } from './auth/account.ts';
export type { Call, CallPage } from './cloud/call-log.ts';
export type { Clock, Timer } from './clock.ts';
export type { CloudOptions, CloudReply, CloudRequest } from './cloud/cloud.ts';
export { Cloud } from './cloud/cloud.ts';
export { CloudState } from './state/cloud-state.ts';
export { ControlInputError } from './input/control-input-error.ts';
export type { Controls, TokenChange } from './control/controls.ts';
export type { Denial } from './faults/denial.ts';
export type { Emulator, EmulatorCredentials, EmulatorOptions } from './emulator.ts';
export { startEmulator } from './emulator.ts';
export type { Fault } from './faults/fault.ts';
export type { Latency } from './faults/latency.ts';
export type { Limits } from './faults/limits.ts';
export type { MemberRules } from './slb/member-rules.ts';
export type { Random } from './faults/random.ts';
export { seededRandom } from './faults/random.ts';
export type { SignedRequest } from './auth/request-signature.ts';
export { requestSignature } from './auth/request-signature.ts';
export type { SeedDefaults } from './state/seed-reader.ts';
export type { EncodedBody, Service, ServiceAnswer, ServiceRequest } from './service/service.ts';
export { ServiceError } from './service/service-error.ts';
export { SlbCode } from './slb/slb-code.ts';
export type { SlbOperation } from './slb/slb-route.ts';
export type { SlbServiceOptions } from './slb/slb-service.ts';
export { SlbService } from './slb/slb-service.ts';
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
} from './state/wire.ts';
