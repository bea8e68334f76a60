/** Longest value of a label, and longest name in its key, in characters. */
const longestName = 63;

/** Longest prefix in the key of a label, in characters. */
const longestPrefix = 253;

const name = /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/;
const subdomain = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** Whether the API server accepts the key of a label: a name, after an optional DNS subdomain and `/`. */
export function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  return (
    isName(key.slice(slash + 1)) &&
    (prefix === undefined || (prefix.length <= longestPrefix && subdomain.test(prefix)))
  );
}

/** Whether the API server accepts the value of a label: empty, or at most 63 characters as in a name. */
export function isLabelValue(value: string): boolean {
  return value === '' || isName(value);
}

function isName(text: string): boolean {
  return text.length <= longestName && name.test(text);
}
