import { errorText } from '@k8s-ccm/cloud-provider';

/** What an error tells an operator, in lines: its text, and those of its causes that it does not repeat. */
export function errorLines(error: unknown): readonly string[] {
  let text = errorText(error);
  for (let cause = causeOf(error); cause !== undefined; cause = causeOf(cause)) {
    const more = errorText(cause);
    if (!text.includes(more)) text = `${text}: ${more}`;
  }
  return text.split('\n').filter((line) => line.trim() !== '');
}

function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
}
