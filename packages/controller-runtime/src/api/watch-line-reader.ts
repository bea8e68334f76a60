const newline = 0x0a;

/** Splits a byte stream into lines. Works on bytes, so a character that is split between two chunks stays intact. */
export class WatchLineReader {
  readonly #maxLineBytes: number;
  /** Pieces of the line whose end has not arrived yet. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  /** @param maxLineBytes maximum length of a line; a longer one ends the stream with an error */
  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Number of bytes of the line that has started but not ended. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Yields the lines that this chunk completes, without their newlines. @throws RangeError if a line exceeds the limit */
  *push(chunk: Uint8Array): Generator<string, void, undefined> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      yield this.#take(bytes.subarray(start, end));
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
  }

  /** Returns the bytes after the last newline. Empty at the end of a complete stream. */
  rest(): string {
    return this.#take(Buffer.alloc(0));
  }

  #keep(piece: Buffer): void {
    this.#pendingBytes += piece.length;
    this.#checkLength(this.#pendingBytes);
    this.#pending.push(piece);
  }

  #take(last: Buffer): string {
    this.#checkLength(this.#pendingBytes + last.length);
    if (this.#pending.length === 0) return last.toString('utf8');
    const line = Buffer.concat([...this.#pending, last]).toString('utf8');
    this.#pending = [];
    this.#pendingBytes = 0;
    return line;
  }

  #checkLength(length: number): void {
    if (length > this.#maxLineBytes)
      throw new RangeError(`longer than ${this.#maxLineBytes} bytes`);
  }
}
