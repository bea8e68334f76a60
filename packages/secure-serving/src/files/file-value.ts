import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { errorText } from '@k8s-ccm/foundation';

/** What is made of the content of files. */
export interface FileValueOptions<T> {
  /** For messages, for example `serving certificate`. */
  readonly name: string;
  /** All are needed. */
  readonly files: readonly string[];
  /** Makes the value of the files' texts, in their order. @throws Error that says what is wrong */
  readonly parse: (...texts: readonly string[]) => T;
}

/** What came of looking at the files again. */
export type FileLook =
  | { readonly kind: 'same' }
  | { readonly kind: 'changed' }
  | { readonly kind: 'bad'; readonly error: Error };

/** A value that stands in files, and changes with them; what is bad does not take the place of what was good. */
export class FileValue<T> {
  readonly #options: FileValueOptions<T>;
  #current: T;
  #seen: string;

  private constructor(options: FileValueOptions<T>, current: T, seen: string) {
    this.#options = options;
    this.#current = current;
    this.#seen = seen;
  }

  /** @throws Error that names the files and what is wrong with them */
  static async open<T>(options: FileValueOptions<T>): Promise<FileValue<T>> {
    const texts = await readAll(options);
    return new FileValue(options, parse(options, texts), digest(texts));
  }

  /** What the name of {@link FileValueOptions} stands for, in messages. */
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
   * Reads the files again. Content decides, not times or links: mounted Secrets are swapped by a link
   * to a folder. The same bad content is told of once.
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
        throw new Error(`${name}: ${file} cannot be read: ${errorText(error)}`, { cause: error });
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

/** So that no key is kept for the sake of comparing. */
function digest(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest('hex');
}
