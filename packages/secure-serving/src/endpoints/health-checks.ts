/** A question about this process. */
export interface HealthCheck {
  readonly name: string;
  /** True while all is well. Must not throw, and not wait. */
  isHealthy(): boolean;
  /** What is good to know beside, for the verbose answer; anybody may read it. */
  detail?(): string;
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
  /** Names of checks that do not count. */
  readonly exclude: readonly string[];
}

/** What came of one check. */
export interface HealthResult {
  readonly name: string;
  readonly isHealthy: boolean;
}

/** Stands for a process that answers, where nothing else is asked about it. */
const ping: HealthCheck = { name: 'ping', isHealthy: () => true };

/**
 * The answer as Kubernetes' components give it (contract.md#endpoints). `onResult` hears of each check that
 * counted. Why a check fails stands in the log, unless its detail says it.
 */
export function healthReport(
  endpoint: string,
  checks: readonly HealthCheck[],
  query: HealthQuery,
  onResult: (result: HealthResult) => void = () => undefined,
): HealthReport {
  const all = checks.length === 0 ? [ping] : checks;
  const lines: string[] = [];
  let isAllHealthy = true;
  for (const check of all) {
    const { name } = check;
    if (query.exclude.includes(name)) {
      lines.push(`[+]${name} excluded: ok`);
      continue;
    }
    const isHealthy = check.isHealthy();
    onResult({ name, isHealthy });
    isAllHealthy &&= isHealthy;
    lines.push(resultLine(check, isHealthy));
  }
  const unknown = query.exclude.filter((name) => !all.some((check) => check.name === name));
  if (unknown.length > 0) {
    const names = unknown.map((name) => JSON.stringify(name)).join(', ');
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names}`);
  }
  if (isAllHealthy && !query.verbose) return { status: 200, body: 'ok' };
  const verdict = `${endpoint} check ${isAllHealthy ? 'passed' : 'failed'}`;
  return { status: isAllHealthy ? 200 : 500, body: [...lines, verdict, ''].join('\n') };
}

function resultLine(check: HealthCheck, isHealthy: boolean): string {
  const { name } = check;
  const more = check.detail?.();
  if (isHealthy) return `[+]${name} ok${more === undefined ? '' : `: ${more}`}`;
  return `[-]${name} failed: ${more ?? 'reason withheld'}`;
}
