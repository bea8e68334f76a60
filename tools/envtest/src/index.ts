export { freePort } from './free-port.ts';
export { findBinaries } from './binaries.ts';
export type { Binaries, FindBinariesOptions } from './binaries.ts';
export { startControlPlane } from './control-plane.ts';
export type { ControlPlane, ControlPlaneOptions, UserAccess } from './control-plane.ts';
export type { UserSpec } from './token-file.ts';
