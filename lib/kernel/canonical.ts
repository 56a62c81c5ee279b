/**
 * One text for one value, whatever order its fields came in: RFC 8785, for what JSON holds here (strings, whole numbers,
 * booleans, null, arrays, objects). Fields that are undefined are absent, so that a new one leaves old digests as they were.
 */
export function canonical(value: unknown): string {
  if (!isFields(value)) return JSON.stringify(value) ?? 'null';
  let text = '';
  if (Array.isArray(value)) {
    for (const each of value) text += `${text && ','}${canonical(each)}`;
    return `[${text}]`;
  }
  // Without a comparison of its own, sort() goes by UTF-16 code units, as RFC 8785 asks.
  for (const name of Object.keys(value).sort()) {
    const field = value[name];
    if (field !== undefined) text += `${text && ','}${JSON.stringify(name)}:${canonical(field)}`;
  }
  return `{${text}}`;
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
