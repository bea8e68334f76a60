export { httpsGet } from './https-get.ts';
export type { HttpsAnswer, HttpsAsk } from './https-get.ts';
export { allowServing } from './serving-access.ts';
