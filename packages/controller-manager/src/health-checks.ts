/** A question about this process. */
export interface HealthCheck {
  readonly name: string;
  /** True while all is well. Must not throw, and not wait. */
  isHealthy(): boolean;
}

/** What the health endpoints answer. */
export interface HealthReport {
  readonly status: 200 | 500;
  readonly body: string;
}

/** What the query of a request asks for. */
export interface HealthQuery {
  /** Lists the checks also where all is well. */
  readonly verbose: boolean;
  /** Names of checks to leave out. */
  readonly exclude: readonly string[];
}

/** The answer as Kubernetes' components give it (contract §7.10); why a check fails stands in the log, not here. */
export function healthReport(
  path: string,
  checks: readonly HealthCheck[],
  query: HealthQuery,
): HealthReport {
  const asked = checks
    .filter(({ name }) => !query.exclude.includes(name))
    .map((check) => ({ name: check.name, isHealthy: check.isHealthy() }));
  const isHealthy = asked.every((check) => check.isHealthy);
  if (isHealthy && !query.verbose) return { status: 200, body: 'ok' };
  const lines = asked.map((check) =>
    check.isHealthy ? `[+]${check.name} ok` : `[-]${check.name} failed: reason withheld`,
  );
  const verdict = `${path.slice(1)} check ${isHealthy ? 'passed' : 'failed'}`;
  return { status: isHealthy ? 200 : 500, body: [...lines, verdict, ''].join('\n') };
}
