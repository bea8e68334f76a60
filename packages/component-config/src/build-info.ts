/** What a program says of its own build. */
export interface BuildInfo {
  readonly program: string;
  /** Without a `v` in front, for example `1.2.3`. */
  readonly version: string;
  /** The commit that it was built from, where that is known. */
  readonly commit?: string;
}

/** The answer to `--version`. */
export function versionLine({ program, version }: BuildInfo): string {
  return `${program} ${version}\n`;
}

/** The answer to `--version=raw`: all that is known, as JSON. */
export function rawVersion(info: BuildInfo): string {
  const { version: nodeVersion, platform, arch } = process;
  return `${JSON.stringify({ ...info, nodeVersion, platform: `${platform}/${arch}` }, undefined, 2)}\n`;
}

/**
 * What is wrong with reporting another version than the built one (contract.md#flags): it may only add
 * a pre-release or a build. A version that is none, such as `dev`, may become any.
 */
export function reportedVersionProblem(wish: string, built: string): string | undefined {
  const core = coreOf(built);
  if (core === undefined || coreOf(wish) === core) return undefined;
  return `--version=${wish} must begin with v${core}, which is the version that was built`;
}

function coreOf(version: string): string | undefined {
  return /^v?(?<core>\d+\.\d+\.\d+)(?![\d.])/.exec(version)?.groups?.['core'];
}
