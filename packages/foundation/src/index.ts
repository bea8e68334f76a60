export { cidrContains, formatCidr, lastAddress, parseCidr } from './cidr.ts';
export type { Cidr } from './cidr.ts';
export { formatIp, ipEqual, isUnspecifiedIp, parseIp } from './ip.ts';
export type { IpAddress } from './ip.ts';
export { nearestName } from './nearest-name.ts';
