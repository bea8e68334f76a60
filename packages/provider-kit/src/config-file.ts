import { readYaml, yamlLine, yamlValue } from '@k8s-ccm/foundation';
import type { YamlNode } from '@k8s-ccm/foundation';
import { isLeft } from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';

import { ConfigError } from './config-error.ts';
import type { ConfigProblem } from './config-error.ts';
import { isDescribedCodec, showValue } from './described-codec.ts';
import type { DescribedCodec } from './described-codec.ts';

/**
 * Reads a YAML (or JSON) configuration file, as kubectl reads its own.
 *
 * @param source what the file is called in error texts
 * @throws ConfigError with every problem, each with its line
 */
export async function parseConfigFile<A>(
  text: string | Uint8Array,
  { source, codec }: { readonly source: string; readonly codec: DescribedCodec<A> },
): Promise<A> {
  const { root, problems } = await readYaml(text);
  if (problems.length > 0) throw new ConfigError(source, problems);
  const decoded = codec.decode((root && yamlValue(root)) ?? {});
  if (!isLeft(decoded)) return decoded.right;
  throw new ConfigError(
    source,
    decoded.left.map((error) => valueProblem(error, root)),
  );
}

function valueProblem(error: t.ValidationError, root: YamlNode | undefined): ConfigProblem {
  const path = error.context.map(({ key }) => key).filter((key) => key !== '');
  const decoder = error.context.at(-1)?.type;
  return {
    line: yamlLine(root, path),
    path: path.join('.'),
    found: showValue(error.value, isDescribedCodec(decoder) ? decoder : { secret: true }),
    allowed: decoder?.name ?? '',
    ...(error.message === undefined ? {} : { suggestion: error.message }),
  };
}
