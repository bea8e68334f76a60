/** A health check. */
export interface HealthCheck {
  readonly name: string;
  /** Returns true if the check passes. Must not throw or block. */
  isHealthy(): boolean;
  /** Returns a detail for the verbose output, which is public. */
  detail?(): string;
}

/** The response of a health endpoint. */
export interface HealthReport {
  readonly status: 200 | 500;
  readonly body: string;
}

/** The query parameters of a health request. */
export interface HealthQuery {
  /** Lists the checks even if all of them pass. */
  readonly verbose: boolean;
  /** Names of checks to skip. */
  readonly exclude: readonly string[];
}

/** The result of one check. */
export interface HealthResult {
  readonly name: string;
  readonly isHealthy: boolean;
}

/** The check that is reported if there are no others. */
const ping: HealthCheck = { name: 'ping', isHealthy: () => true };

/**
 * Runs health checks and returns the response in the format of Kubernetes components (contract.md#endpoints).
 * `onResult` is called with the result of each check that is not excluded. The log says why a check fails,
 * unless its detail does.
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
