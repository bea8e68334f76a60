import { nearestName } from '@k8s-ccm/foundation';

/** What of a controller `--controllers` looks at. */
export interface SelectableController {
  readonly name: string;
  /** Other names that mean it. Default none. */
  readonly aliases?: readonly string[];
  /** Whether `*` means it. One that is off by default runs only where `--controllers` names it. Default true. */
  readonly enabledByDefault?: boolean;
}

/**
 * Whether a controller is to run (contract.md#controllers-flag): the first word that names it decides, by its name
 * or an alias, with or without `-` in front; where none does, `*` decides.
 */
export function isControllerEnabled(
  words: readonly string[],
  controller: SelectableController,
): boolean {
  const names = new Set([controller.name, ...(controller.aliases ?? [])]);
  for (const word of words) {
    if (names.has(word)) return true;
    if (word.startsWith('-') && names.has(word.slice(1))) return false;
  }
  return words.includes('*') && (controller.enabledByDefault ?? true);
}

/** One line for each word that names no controller. */
export function unknownControllers(
  words: readonly string[],
  controllers: readonly SelectableController[],
): readonly string[] {
  const names = controllers.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  return words
    .filter((word) => word !== '*' && !names.includes(bare(word)))
    .map((word) => {
      const meant = nearestName(bare(word), names);
      const hint =
        meant === undefined ? `known are ${names.join(', ')}` : `did you mean "${meant}"?`;
      return `--controllers: "${bare(word)}" is not in the list of known controllers: ${hint}`;
    });
}

function bare(word: string): string {
  return word.startsWith('-') ? word.slice(1) : word;
}
