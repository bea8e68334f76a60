import { isObject } from '../input/fields.ts';

/**
 * Returns a JSON value in which values are set by dotted path. `*` matches all elements of an array; `{"$omit": true}`
 * removes a field.
 */
export function mutated(value: unknown, changes: Readonly<Record<string, unknown>>): unknown {
  let result = value;
  for (const [path, change] of Object.entries(changes))
    result = changeAt(result, path.split('.'), change);
  return result;
}

function changeAt(value: unknown, [step, ...rest]: readonly string[], change: unknown): unknown {
  if (step === undefined) return change;
  if (Array.isArray(value)) {
    return value.flatMap((element: unknown, index) => {
      if (step !== '*' && step !== String(index)) return [element];
      return rest.length === 0 && isOmission(change) ? [] : [changeAt(element, rest, change)];
    });
  }
  if (!isObject(value)) return value;
  if (rest.length === 0 && isOmission(change)) {
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== step));
  }
  return { ...value, [step]: changeAt(value[step], rest, change) };
}

function isOmission(change: unknown): boolean {
  return isObject(change) && change['$omit'] === true;
}
