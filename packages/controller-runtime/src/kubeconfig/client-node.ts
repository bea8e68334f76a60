/*
 * Exports of client-node that are used at run time. Imported through this module instead of the package itself, so that
 * a bundler can omit the rest even though the module is loaded lazily: client-node's models are 15 MB of text.
 */
export { KubeConfig } from '@kubernetes/client-node';
