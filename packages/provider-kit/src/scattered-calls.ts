/**
 * Remembers for a while how much room was left in calls by id, in calls. Much of it says that questions which could
 * travel together come one after the other, as they do while many nodes join.
 */
export class ScatteredCalls {
  readonly #maxIds: number;
  #calls: { readonly until: number; readonly room: number }[] = [];

  constructor(maxIds: number) {
    this.#maxIds = maxIds;
  }

  /** Remembers a call with so many ids until a moment. */
  add(ids: number, until: number): void {
    this.#calls.push({ until, room: 1 - ids / this.#maxIds });
  }

  /** The room that was left, in calls. */
  room(now: number): number {
    this.#calls = this.#calls.filter(({ until }) => until >= now);
    return this.#calls.reduce((sum, { room }) => sum + room, 0);
  }

  /** Forgets all. */
  clear(): void {
    this.#calls = [];
  }
}
