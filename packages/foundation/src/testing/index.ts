export { runReadmeExample } from './readme-example.ts';
export type { ReadmeRun } from './readme-example.ts';
export { TestAuthority } from './test-authority.ts';
export type { IssueOptions } from './test-authority.ts';
export { yamlForms } from './yaml-forms.ts';
export type { JsonValue, YamlForm } from './yaml-forms.ts';
export { runs } from './runs.ts';
