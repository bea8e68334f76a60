export { referencePages } from './pages.ts';
export type { Page } from './pages.ts';
