import { readFile } from 'node:fs/promises';

/** A bearer token goes out as a header, which has no blanks and no line breaks. */
export function isBearerToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/**
 * The bearer token in a file.
 * @param refuse makes the error to throw if the file cannot be read or holds no token
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
    throw refuse(`token file ${path} holds blanks, line breaks or letters that are not ASCII`);
  }
  return token;
}
