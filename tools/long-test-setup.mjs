// Jest set-up of the long tests: properties that do not say how many inputs they try, try more as well.
import * as fc from 'fast-check';

const { numRuns = 100 } = fc.readConfigureGlobal() ?? {};
fc.configureGlobal({ numRuns: numRuns * Number(process.env.TEST_EFFORT) });
