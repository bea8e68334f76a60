import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { errorText } from '@k8s-ccm/foundation';

/** Options of {@link FileValue}. */
export interface FileValueOptions<T> {
  /** The name in messages, for example `serving certificate`. */
  readonly name: string;
  /** The paths of the files. All of them are required. */
  readonly files: readonly string[];
  /**
   * Creates the value from the contents of the files, in order.
   * @throws Error that describes the problem
   */
  readonly parse: (...texts: readonly string[]) => T;
}

/** The result of {@link FileValue.reload}. */
export type FileLook =
  | { readonly kind: 'same' }
  | { readonly kind: 'changed' }
  | { readonly kind: 'bad'; readonly error: Error };

/**
 * A value that is loaded from files and follows their changes. An invalid change leaves the previous value in
 * use.
 */
export class FileValue<T> {
  readonly #options: FileValueOptions<T>;
  #current: T;
  #seen: string;

  private constructor(options: FileValueOptions<T>, current: T, seen: string) {
    this.#options = options;
    this.#current = current;
    this.#seen = seen;
  }

  /** @throws Error that names the files and the problem */
  static async open<T>(options: FileValueOptions<T>): Promise<FileValue<T>> {
    const texts = await readAll(options);
    return new FileValue(options, parse(options, texts), digest(texts));
  }

  /** The name in messages. */
  get name(): string {
    return this.#options.name;
  }

  get files(): readonly string[] {
    return this.#options.files;
  }

  get current(): T {
    return this.#current;
  }

  /**
   * Reads the files again. Compares contents, not timestamps or links, because mounted Secrets are replaced by
   * changing a link to a directory. Reports the same invalid content only once.
   */
  async look(): Promise<FileLook> {
    let texts;
    try {
      texts = await readAll(this.#options);
      const seen = digest(texts);
      if (seen === this.#seen) return { kind: 'same' };
      this.#seen = seen;
      this.#current = parse(this.#options, texts);
      return { kind: 'changed' };
    } catch (error) {
      const bad = error instanceof Error ? error : new Error(String(error));
      if (texts === undefined) {
        if (this.#seen === bad.message) return { kind: 'same' };
        this.#seen = bad.message;
      }
      return { kind: 'bad', error: bad };
    }
  }
}

async function readAll<T>({ name, files }: FileValueOptions<T>): Promise<readonly string[]> {
  return Promise.all(
    files.map((file) =>
      readFile(file, 'utf8').catch((error: unknown) => {
        throw new Error(`${name}: cannot read ${file}: ${errorText(error)}`, { cause: error });
      }),
    ),
  );
}

function parse<T>({ name, files, parse: make }: FileValueOptions<T>, texts: readonly string[]): T {
  try {
    return make(...texts);
  } catch (error) {
    throw new Error(`${name}: ${files.join(', ')}: ${errorText(error)}`, { cause: error });
  }
}

/** Hashes contents, so that no private key is kept for comparison. */
function digest(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest('hex');
}
