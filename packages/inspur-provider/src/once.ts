/** Most texts that are remembered; then all are forgotten. */
const mostRemembered = 1000;

/** Tells which texts are new, so that each one is logged once. */
export class Once {
  readonly #texts = new Set<string>();

  /** True the first time that a text comes. */
  isNew(text: string): boolean {
    if (this.#texts.has(text)) return false;
    if (this.#texts.size >= mostRemembered) this.#texts.clear();
    this.#texts.add(text);
    return true;
  }
}
