export { importRuleOf, importRules, isImportAllowed } from './import-rule.ts';
export type { ImportRule } from './import-rule.ts';
export { importStatements } from './import-statement.ts';
export type { ImportStatement } from './import-statement.ts';
