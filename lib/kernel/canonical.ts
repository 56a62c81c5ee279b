/**
 * One text for one value, whatever order its fields came in: RFC 8785, for what JSON holds here (strings, whole numbers,
 * booleans, null, arrays, objects). Fields that are undefined are absent, so that a new one leaves old digests as they were.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .toSorted(byName)
    .map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`);
  return `{${fields.join(',')}}`;
}

/** By UTF-16 code units, as RFC 8785 asks. */
const byName = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1);
