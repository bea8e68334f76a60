import { isObject } from '../input/fields.ts';

/** Writes a JSON value as XML: a field is an element, an element of an array is an `<item>`. */
export function xmlOf(name: string, value: unknown): string {
  return `<${name}>${contentOf(value)}</${name}>`;
}

function contentOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((one: unknown) => xmlOf('item', one)).join('');
  if (isObject(value)) {
    return Object.entries(value)
      .map(([name, one]) => xmlOf(name, one))
      .join('');
  }
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
