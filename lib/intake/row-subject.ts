import type { Standing } from '../listing/standing.ts';
import { foldIdentifier } from '../subject/fold.ts';
import { type IdentifierFault, type PersonIdentifier, parseIdentifier } from '../subject/identifier.ts';
import { organisationKey, type PersonKeyring, personKeys, type SubjectKey } from '../subject/key.ts';
import { Scheme } from '../subject/scheme.ts';
import type { Cells } from './cells.ts';
import type { Profile } from './profile.ts';

// A resident id of 18 or, until 1999, 15 characters, good or not: no suggestion may be made from it.
const LIKE_A_PERSON =
  /^[1-8][0-9]{5}(?:(?:19|20)[0-9]{2}|[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}$)/;

/** Whom a row is about. */
export interface RowSubject {
  /** The key to store it under, then those under which a person may be stored already (older key versions). */
  readonly keys: readonly [SubjectKey, ...SubjectKey[]];
  readonly subject: Standing['subject'];
  /** The folded name by which the subject is to be found; organisations only. */
  readonly foldedName?: string;
  /** The number itself, of a person: must not leave the reading of its row. */
  readonly secret?: string;
}

/** The subject of a row, or undefined with the faults in `cells`. */
export function readSubject(cells: Cells, profile: Profile, ring: PersonKeyring): RowSubject | undefined {
  const id = cells.required('subjectId');
  const scheme = id === undefined ? undefined : schemeOf(id, cells, profile);
  if (id === undefined || scheme === undefined) return undefined;
  const folded = foldIdentifier(id);
  const country = cells.value('subjectCountry');
  const parsed = parseIdentifier({ scheme, id, ...(country !== '' && { country }) });
  if (!parsed.ok) {
    if (!profile.persons && LIKE_A_PERSON.test(folded)) return refusePerson(cells);
    return refuse(cells, parsed.faults);
  }
  const { identifier } = parsed;
  switch (identifier.kind) {
    case 'organisation':
      return organisation(cells, identifier);
    case 'person':
      return profile.persons ? person(identifier, ring) : refusePerson(cells);
    case 'registration':
      return cells.fail('subjectId', 'unresolved-identifier', {
        zh: '注册号不能单独确定主体，请补充统一社会信用代码',
        en: 'a registration number alone identifies nobody: give the unified social credit code',
      });
    case 'organisation-name':
    case 'person-name':
      return cells.fail('subjectId', 'unresolved-identifier', {
        zh: '仅有名称不能确定主体（重名），请补充代码或证件号码',
        en: 'a name alone identifies nobody (homonyms): give a code or a number',
      });
  }
}

function schemeOf(id: string, cells: Cells, { scheme }: Profile): Scheme | undefined {
  if (scheme.by === 'length') return scheme.schemes[String(foldIdentifier(id).length)] ?? scheme.otherwise;
  return cells.required('subjectScheme') === undefined ? undefined : cells.oneOf('subjectScheme', Scheme.options);
}

function organisation(
  cells: Cells,
  found: { scheme: 'uscc' | 'org-code'; value: string; code9: string },
): RowSubject | undefined {
  const name = cells.requiredText('subjectName', 'short');
  if (name === undefined) return undefined;
  const parsed = parseIdentifier({ scheme: 'org-name', id: name });
  if (!parsed.ok || parsed.identifier.kind !== 'organisation-name')
    return cells.fail('subjectName', 'invalid-value', { zh: '名称为空或已脱敏', en: 'the name is empty or masked' });
  return {
    keys: [organisationKey(found.code9)],
    subject: { scheme: found.scheme, ...(found.scheme === 'uscc' && { code: found.value }), name },
    foldedName: parsed.identifier.folded,
  };
}

function person(identifier: PersonIdentifier, ring: PersonKeyring): RowSubject {
  const [current, ...older] = personKeys(ring, identifier);
  if (current === undefined) throw new RangeError('the keyring has no current key');
  return { keys: [current, ...older], subject: { scheme: identifier.scheme }, secret: identifier.value };
}

function refuse(cells: Cells, faults: readonly IdentifierFault[]): undefined {
  for (const { rule, message, suggestion } of faults)
    cells.fail('subjectId', rule === 'masked' ? 'masked-identifier' : 'invalid-identifier', {
      zh: suggestion === undefined ? message.zh : `${message.zh}；疑为 ${suggestion}，请核对证照`,
      en: suggestion === undefined ? message.en : `${message.en}; perhaps ${suggestion}, compare the licence`,
    });
  return undefined;
}

const refusePerson = (cells: Cells): undefined =>
  cells.fail('subjectId', 'person-not-accepted', {
    zh: '疑为自然人证件号码，本模板只收法人和其他组织',
    en: 'this looks like a person’s number: the profile takes organisations only',
  });
