/**
 * JSON pointer of the first key that stands twice in one object, in a text that `JSON.parse` has accepted; undefined
 * where there is none. `JSON.parse` keeps the last silently, and a reader on the other side may keep the first: two
 * systems would then have checked two different subjects.
 */
export function duplicateKeyIn(json: string): string | undefined {
  const open: { keys: Set<string> | undefined; at: string | number }[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
  let lastString = '';
  for (const [token] of json.matchAll(tokens)) {
    const top = open.at(-1);
    switch (token) {
      case '{':
        open.push({ keys: new Set(), at: '' });
        break;
      case '[':
        open.push({ keys: undefined, at: 0 });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (typeof top?.at === 'number') top.at += 1;
        break;
      case ':':
        if (!top?.keys) break;
        top.at = String(JSON.parse(lastString));
        if (top.keys.has(top.at)) return `/${open.map(({ at }) => pointerPart(at)).join('/')}`;
        top.keys.add(top.at);
        break;
      default:
        lastString = token;
    }
  }
  return undefined;
}

/** RFC 6901. */
export const pointerPart = (part: PropertyKey): string => String(part).replace(/~/g, '~0').replace(/\//g, '~1');
