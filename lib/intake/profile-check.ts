import type { Catalogue } from '../catalogue/catalogue.ts';
import { FileFault } from './file-fault.ts';
import type { Profile } from './profile.ts';

/**
 * The source of an import: the one that is named, else the profile's.
 * @throws FileFault where the catalogue does not know the source, or a constant of the profile; every row would fail by it
 */
export function sourceOf(profile: Profile, named: string | undefined, catalogue: Catalogue): string {
  const known = catalogue.sources.map(({ id }) => id);
  const source = named ?? profile.source;
  if (source === undefined || !known.includes(source))
    throw new FileFault('unknown-source', {
      zh: `请用 --source 指明目录中的来源：${known.join('、')}`,
      en: `name a source of the catalogue with --source: ${known.join(', ')}`,
    });
  const missing = missingIn(profile, catalogue);
  if (missing.length > 0)
    throw new FileFault('profile-not-catalogued', {
      zh: `现行目录 ${catalogue.version} 没有模板所用的代码：${missing.join('、')}`,
      en: `catalogue ${catalogue.version} lacks codes that the profile uses: ${missing.join(', ')}`,
    });
  return source;
}

function missingIn({ constants }: Profile, { domains, measures }: Catalogue): string[] {
  const used = constants.measures?.split(';') ?? [];
  return [
    ...(constants.domain === undefined || domains.some(({ code }) => code === constants.domain)
      ? []
      : [constants.domain]),
    ...used.filter((code) => !measures.some((measure) => measure.code === code)),
  ];
}
