import type { Standing } from '../listing/standing.ts';
import { splitConsortium } from '../subject/consortium.ts';
import { foldName } from '../subject/fold.ts';
import { type IdentifierFault, type PersonIdentifier, parseIdentifier } from '../subject/identifier.ts';
import { nameKey, organisationKey, type PersonKeyring, personKeys, type SubjectKey } from '../subject/key.ts';
import { isDomesticName } from '../subject/organisation-name.ts';
import type { Cells } from './cells.ts';
import { identifiersIn, type ReadIdentifier } from './identifiers.ts';
import type { Profile } from './profile.ts';
import type { AliasReference } from './resolve.ts';

// A resident id of 18 or, until 1999, 15 characters, good or not: no suggestion may be made from it.
const LIKE_A_PERSON =
  /^[1-8][0-9]{5}(?:(?:19|20)[0-9]{2}|[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}$)/;

/** Whom a row is about. */
export interface RowSubject {
  /** The key to store it under, then those under which a person may be stored already (older key versions). */
  readonly keys: readonly [SubjectKey, ...SubjectKey[]];
  readonly subject: Standing['subject'];
  /** The folded name by which the subject is to be found; organisations only. */
  readonly foldedName?: string | undefined;
  /** A good registration number beside the code: an alias that a steward may sign. */
  readonly registrationNo?: string | undefined;
  /** The number itself, of a person: must not leave the reading of its row. */
  readonly secret?: string;
}

/** A subject that is known only where somebody has tied its number to one. */
interface UnresolvedSubject {
  readonly reference: AliasReference;
  /** The subject under the key that was found; without one, undefined with the fault in the row's cells. */
  readonly settle: (key: SubjectKey | undefined) => RowSubject | undefined;
}

/** The row is at fault, and it is known whom it is about: what is on record of these is not absent from the file. */
interface RefusedSubject {
  readonly refused: readonly SubjectKey[];
}

export type SubjectReading = { readonly known: RowSubject } | UnresolvedSubject | RefusedSubject;

/** The subject of a row, or undefined with the faults in `cells`. */
export function readSubject(cells: Cells, profile: Profile, ring: PersonKeyring): SubjectReading | undefined {
  const before = cells.faults.length;
  const read = identifiersIn(cells, profile);
  if (read.length === 0) return cells.faults.length > before ? undefined : nameAlone(cells, profile);
  if (read.some(({ parsed }) => parsed.ok && parsed.identifier.kind === 'organisation-name')) return byName(cells);
  if (!profile.persons && read.some(looksLikePerson)) return refusePerson(cells, read.find(looksLikePerson));
  const codes = read.flatMap((one) => organisationIn(one) ?? []);
  const [code] = codes.toSorted((one, other) => one.scheme.localeCompare(other.scheme) * -1);
  if (code !== undefined) return ofCode(cells, code, codes, registrationIn(read));
  const person = read.find(({ parsed }) => parsed.ok && parsed.identifier.kind === 'person');
  if (person?.parsed.ok && person.parsed.identifier.kind === 'person')
    return profile.persons ? { known: ofPerson(person.parsed.identifier, ring) } : refusePerson(cells, person);
  return byReference(cells, read) ?? refuseAll(cells, read);
}

interface Code {
  readonly column: string;
  readonly scheme: 'uscc' | 'org-code';
  readonly value: string;
  readonly code9: string;
}

const organisationIn = ({ parsed, column }: ReadIdentifier): Code | undefined =>
  parsed.ok && parsed.identifier.kind === 'organisation' ? { column, ...parsed.identifier } : undefined;

const registrationIn = (read: readonly ReadIdentifier[]): string | undefined =>
  read.flatMap(({ parsed }) =>
    parsed.ok && parsed.identifier.kind === 'registration' ? [parsed.identifier.value] : [],
  )[0];

/** A code of an organisation never begins so, and a suggestion made from a person's number would be one. */
const looksLikePerson = ({ parsed, folded }: ReadIdentifier): boolean =>
  parsed.ok ? parsed.identifier.kind === 'person' : LIKE_A_PERSON.test(folded);

/** The unified code before the old one; all the codes of a row must be of one subject. */
function ofCode(cells: Cells, code: Code, codes: readonly Code[], registrationNo: string | undefined): SubjectReading {
  const other = codes.find(
    ({ code9, scheme, value }) => code9 !== code.code9 || (scheme === code.scheme && value !== code.value),
  );
  const refused = codes.map(({ code9 }) => organisationKey(code9));
  if (other !== undefined) {
    cells.failAt(other.column, 'identifiers-differ', {
      zh: `与“${code.column}”不是同一主体的代码，请核对`,
      en: `another subject’s code than the one in “${code.column}”: compare`,
    });
    return { refused };
  }
  const name = nameIn(cells);
  if (name === undefined) return { refused };
  return {
    known: {
      keys: [organisationKey(code.code9)],
      subject: { scheme: code.scheme, ...(code.scheme === 'uscc' && { code: code.value }), name: name.shown },
      foldedName: name.folded,
      ...(registrationNo !== undefined && { registrationNo }),
    },
  };
}

/** A registration number, or a code in use that fails its check: only an alias says whose it is. */
function byReference(cells: Cells, read: readonly ReadIdentifier[]): UnresolvedSubject | undefined {
  for (const { parsed, column } of read) {
    if (parsed.ok && parsed.identifier.kind === 'registration')
      return unresolved(cells, { scheme: 'registration-no', value: parsed.identifier.value }, () =>
        cells.failAt(column, 'unresolved-identifier', {
          zh: '注册号尚未与统一社会信用代码对应，请补充代码，或由名单管理人员登记对应关系',
          en: 'nobody has tied this registration number to a unified social credit code: give the code, or have a steward tie them',
        }),
      );
    if (!parsed.ok && parsed.attestable !== undefined) {
      const { value } = parsed.attestable;
      return unresolved(cells, { scheme: 'attested-code', value }, () => refuse(cells, column, parsed.faults));
    }
  }
  return undefined;
}

function unresolved(cells: Cells, reference: AliasReference, refused: () => undefined): UnresolvedSubject {
  return {
    reference,
    settle: (key) => {
      if (key === undefined) return refused();
      const name = nameIn(cells);
      if (name === undefined) return undefined;
      const attested = reference.scheme === 'attested-code';
      const subject = {
        scheme: attested ? ('uscc' as const) : ('org-code' as const),
        ...(attested && { code: reference.value }),
        name: name.shown,
      };
      return { keys: [key], subject, foldedName: name.folded };
    },
  };
}

function ofPerson(identifier: PersonIdentifier, ring: PersonKeyring): RowSubject {
  const [current, ...older] = personKeys(ring, identifier);
  if (current === undefined) throw new RangeError('the keyring has no current key');
  return { keys: [current, ...older], subject: { scheme: identifier.scheme }, secret: identifier.value };
}

interface PublishedName {
  readonly shown: string;
  readonly folded: string;
}

/** The name as published and folded; undefined, and a fault, where it is none, masked, or that of several. */
function nameIn(cells: Cells, field: 'subjectName' | 'subjectId' = 'subjectName'): PublishedName | undefined {
  const shown = cells.requiredText(field, 'short');
  if (shown === undefined) return undefined;
  const parsed = parseIdentifier({ scheme: 'org-name', id: shown });
  if (!parsed.ok || parsed.identifier.kind !== 'organisation-name')
    return cells.fail(field, 'invalid-value', { zh: '名称为空或已脱敏', en: 'the name is empty or masked' });
  if (splitConsortium(shown).length > 1)
    return cells.fail(field, 'several-subjects', {
      zh: '一格内有多个主体（联合体），请每个主体一行',
      en: 'a consortium in one cell: write a row for each member',
    });
  return { shown, folded: parsed.identifier.folded };
}

/**
 * The file says a name and nothing else. An organisation's listing stands under the name, where it makes whoever bears it
 * a candidate; a person's name is shared by thousands, and a row with another fault may have lost its code.
 */
function nameAlone(cells: Cells, { identifiers }: Profile): SubjectReading | undefined {
  if (cells.faults.length === 0 && isDomesticName(foldName(cells.value('subjectName')))) {
    const name = nameIn(cells);
    return name && { known: ofName(name) };
  }
  const column = identifiers === 'subjectId' ? undefined : identifiers[0]?.headers[0];
  return cells.failAt(column ?? cells.nameOf('subjectId'), 'unresolved-identifier', NAME_ALONE);
}

/** The file says that the name is all that it has. */
function byName(cells: Cells): SubjectReading | undefined {
  const name = nameIn(cells, 'subjectId');
  if (name === undefined) return undefined;
  if (!isDomesticName(name.folded)) return cells.failAt(cells.nameOf('subjectId'), 'unresolved-identifier', NAME_ALONE);
  const beside = cells.value('subjectName');
  if (beside !== '' && foldName(beside) !== name.folded)
    return cells.fail('subjectName', 'identifiers-differ', {
      zh: '与标识栏中的名称不同，请核对',
      en: 'another name than the one given as identifier: compare',
    });
  return { known: ofName(name) };
}

const ofName = ({ shown, folded }: PublishedName): RowSubject => ({
  keys: [nameKey(folded)],
  subject: { scheme: 'org-name', name: shown },
  foldedName: folded,
});

const NAME_ALONE = {
  zh: '仅有名称不能确定主体（重名），请补充代码或证件号码',
  en: 'a name alone identifies nobody (homonyms): give a code or a number',
};

/** What is wrong with each identifier, as none of them is good. */
function refuseAll(cells: Cells, read: readonly ReadIdentifier[]): undefined {
  for (const { parsed, column } of read) {
    if (parsed.ok) cells.failAt(column, 'unresolved-identifier', NAME_ALONE);
    else refuse(cells, column, parsed.faults);
  }
  return undefined;
}

function refuse(cells: Cells, column: string, faults: readonly IdentifierFault[]): undefined {
  for (const { rule, message, suggestion } of faults)
    cells.failAt(column, rule === 'masked' ? 'masked-identifier' : 'invalid-identifier', {
      zh: suggestion === undefined ? message.zh : `${message.zh}；疑为 ${suggestion}，请核对证照`,
      en: suggestion === undefined ? message.en : `${message.en}; perhaps ${suggestion}, compare the licence`,
    });
  return undefined;
}

const refusePerson = (cells: Cells, read: ReadIdentifier | undefined): undefined =>
  cells.failAt(read?.column ?? '', 'person-not-accepted', {
    zh: '疑为自然人证件号码，本模板只收法人和其他组织',
    en: 'this looks like a person’s number: the profile takes organisations only',
  });
