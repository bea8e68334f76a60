/** An error and its causes, each once. */
export function errorChain(error: unknown): readonly unknown[] {
  const chain = new Set<unknown>();
  for (let at = error; at !== undefined && !chain.has(at); at = fieldOf(at, 'cause')) chain.add(at);
  return [...chain];
}

/** What was thrown, the first first: an error in a block is hidden by the one that comes of leaving it. */
export function thrownErrors(error: unknown): readonly unknown[] {
  if (fieldOf(error, 'name') !== 'SuppressedError') return [error];
  const [before, after] = [fieldOf(error, 'suppressed'), fieldOf(error, 'error')];
  return [...thrownErrors(before), ...thrownErrors(after)];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
