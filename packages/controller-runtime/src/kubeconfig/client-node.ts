/*
 * What is taken of client-node at run time. From this module and not from the package itself, so that
 * a bundler can leave the rest out even where it is loaded lazily: its models are 15 MB of text.
 */
export { KubeConfig } from '@kubernetes/client-node';
