/** Lines of tests that wait without a limit, or that bound real time, by file. The lists may only become shorter. */
export interface KnownWaits {
  readonly unlimited: Readonly<Record<string, number>>;
  readonly bounds: Readonly<Record<string, number>>;
}

/** How many there are in each file. Mend one, and write the smaller number; remove a file that has none. */
export const knownWaits: KnownWaits = {
  unlimited: {
    'packages/controller-manager/src/manager/manager-isolation.integ.test.ts': 1,
    'packages/controller-manager/src/manager/manager-stop.test.ts': 4,
    'packages/controller-manager/src/manager/manager.integ.test.ts': 5,
    'packages/controller-manager/src/manager/run-controller-manager.test.ts': 2,
    'packages/controller-manager/src/manager/serve-manager.integ.test.ts': 3,
    'packages/controller-manager/src/testing/served-manager.ts': 1,
  },
  bounds: {
    'apps/ccm/e2e/clean-stop.test.ts': 1,
    'apps/ccm/e2e/leader-election.test.ts': 4,
    'apps/ccm/e2e/reload.test.ts': 1,
    'packages/controller-manager/src/controllers/controller-identities.integ.test.ts': 1,
  },
};
