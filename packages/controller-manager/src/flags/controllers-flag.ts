import { nearestName } from '@k8s-ccm/foundation';

/** The part of a controller that `--controllers` refers to. */
export interface SelectableController {
  readonly name: string;
  /** Other names of the controller. Default: none. */
  readonly aliases?: readonly string[];
  /** True if `*` includes the controller. Otherwise it runs only if `--controllers` names it. Default: true. */
  readonly enabledByDefault?: boolean;
}

/**
 * Returns true if a controller is enabled (contract.md#controllers-flag). The first word with its name or an
 * alias decides, with or without a leading `-`. If there is none, `*` decides.
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

/** Returns an error text for each word that is not the name of a controller. */
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
