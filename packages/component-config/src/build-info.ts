/** Build information of a program. */
export interface BuildInfo {
  readonly program: string;
  /** Without a `v` in front, for example `1.2.3`. */
  readonly version: string;
  /** The commit of the build, if known. */
  readonly commit?: string;
}

/** Returns the output of `--version`. */
export function versionLine({ program, version }: BuildInfo): string {
  return `${program} ${version}\n`;
}

/** Returns the output of `--version=raw`: the whole build information as JSON. */
export function rawVersion(info: BuildInfo): string {
  const { version: nodeVersion, platform, arch } = process;
  return `${JSON.stringify({ ...info, nodeVersion, platform: `${platform}/${arch}` }, undefined, 2)}\n`;
}

/**
 * Validates the version that `--version=vX.Y.Z` asks to report (contract.md#flags). It must equal the built
 * version except for the pre-release and build parts. Any version is valid if the built version is not a
 * semantic version, such as `dev`. Returns `undefined` if the version is valid.
 */
export function reportedVersionProblem(wish: string, built: string): string | undefined {
  const core = coreOf(built);
  if (core === undefined || coreOf(wish) === core) return undefined;
  return `--version=${wish} must begin with v${core}, which is the version that was built`;
}

function coreOf(version: string): string | undefined {
  return /^v?(?<core>\d+\.\d+\.\d+)(?![\d.])/.exec(version)?.groups?.['core'];
}
