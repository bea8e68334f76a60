import { errorText } from './error-text.ts';
import { errorChain } from './error-chain.ts';

/** What an error tells an operator, in lines: its text, and those of its causes that it does not repeat. */
export function errorLines(error: unknown): readonly string[] {
  const [text = '', ...causes] = errorChain(error).map(errorText);
  const all = causes.reduce(
    (told, more) => (told.includes(more) ? told : `${told}: ${more}`),
    text,
  );
  return all.split('\n').filter((line) => line.trim() !== '');
}
