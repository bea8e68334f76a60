import { readFile } from 'node:fs/promises';

/** Reports whether a text can be sent as a bearer token. A header cannot contain blanks or line breaks. */
export function isBearerToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/**
 * Reads the bearer token in a file.
 * @param refuse creates the error to throw if the file cannot be read or contains no token
 */
export async function readTokenFile(
  path: string,
  refuse: (text: string, options?: ErrorOptions) => Error,
): Promise<string> {
  let token: string;
  try {
    token = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw refuse(`token file ${path} cannot be read`, { cause: error });
  }
  if (token === '') throw refuse(`token file ${path} is empty`);
  if (!isBearerToken(token)) {
    throw refuse(
      `token file ${path} contains blanks, line breaks or characters that are not ASCII`,
    );
  }
  return token;
}
