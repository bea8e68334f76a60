import { join } from 'node:path';
import { architectureProblems } from './architecture-problem.ts';
import { journeys } from './journey.ts';
import { knownOffenders } from './known-offender.ts';
import { readSourceTree } from './source-tree.ts';
import { surveyReport } from './survey-report.ts';
import { survey } from './survey.ts';

const found = survey(readSourceTree(join(import.meta.dirname, '../../..')), journeys);
process.stdout.write(surveyReport(found));
const problems = architectureProblems(found, knownOffenders);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
