/**
 * Which of the media types that are offered an `Accept` header prefers (RFC 9110, 12.5.1); the first of them where the
 * header is absent, leaves it open or takes none of them.
 */
export function preferred<T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T {
  const ranges = (accept ?? '*/*').split(',').map((range) => {
    const [type = '', ...parameters] = range
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const quality = parameters.map((each) => /^q=([\d.]+)$/.exec(each)?.[1]).find(Boolean);
    return { type, quality: Number(quality ?? 1) };
  });
  // The most specific range that a type falls under says how much it is wanted.
  const wanted = (type: T): number =>
    [type, `${type.split('/')[0]}/*`, '*/*']
      .map((range) => ranges.find((each) => each.type === range)?.quality)
      .find((quality) => quality !== undefined) ?? 0;
  return offered.reduce((best, type) => (wanted(type) > wanted(best) ? type : best));
}
