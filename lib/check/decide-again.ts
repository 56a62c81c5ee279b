import * as z from 'zod/mini';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Head } from '../catalogue/head.ts';
import { parseInstant } from '../kernel/clock.ts';
import type { Standing } from '../listing/standing.ts';
import { type Identifier, parseIdentifier } from '../subject/identifier.ts';
import { SubjectKey } from '../subject/key.ts';
import { isPersonScheme, Scheme } from '../subject/scheme.ts';
import { CheckAnswer } from './answer.ts';
import { type Decision, decide } from './decide.ts';
import { Difference, differencesOf } from './differences.ts';
import type { Asked, AskedSubject } from './evidence.ts';
import { Matter, Principal } from './question.ts';
import type { CheckRecord, RecordDetail } from './record.ts';
import { type Rendering, render } from './render.ts';

type RecordedSubject = RecordDetail['subjects'][number];
type ReadStanding = RecordedSubject['standings'][number];

/** What the Registry said when the check was made. */
export interface Past {
  readonly catalogue: Catalogue;
  readonly head: Head;
  /** At the version that was read; absent where nothing was known then. */
  readonly standings: ReadonlyMap<SubjectKey, Standing>;
}

/** What deciding again has shown: the answer to `POST /v1/checks/<id>/replay`. */
export const DecidedAgain = z.strictObject({
  checkId: z.string(),
  /** Whether the answer's bytes, and what stands beside them on the record, are the same. */
  agrees: z.boolean(),
  catalogueVersion: z.string(),
  headSequence: z.int(),
  /** What the decision rests on: whose standing, at which version. */
  standings: z.array(z.strictObject({ key: z.string(), version: z.int() })),
  /** Of the answer, and under `/record` of what stands beside it; a person is a placeholder. */
  differences: z.array(Difference),
});
export type DecidedAgain = z.infer<typeof DecidedAgain>;

/** Every standing that a check read, once each. */
export const standingsRead = ({ detail }: CheckRecord): { key: SubjectKey; version: number }[] => {
  const read = detail.subjects.flatMap(({ standings }) => standings);
  return [...new Map(read.map(({ key, version }) => [key, version]))].map(([key, version]) => ({
    key: SubjectKey.parse(key),
    version,
  }));
};

/**
 * Decides a recorded check again, on the record and on what the Registry said then, and compares the bytes. Of a person
 * it needs no number: the standings that were read are on the record.
 */
export function decideAgain(record: CheckRecord, past: Past): DecidedAgain {
  const stored: unknown = JSON.parse(record.answer);
  const recorded = CheckAnswer.parse(stored);
  const scene = past.catalogue.scenes.find(({ code }) => code === record.scene);
  if (!scene) throw new RangeError('the catalogue of the check has no such scene');
  const now = parseInstant(record.checkedAt);
  const matter = Matter.parse(recorded.matter);
  const subjects = recorded.verdicts.map(({ subject }, index) =>
    subjectAgain(subject, record.detail.subjects[index] ?? NOTHING_READ, past),
  );
  const decision = decide({ scene, matter, subjects, head: past.head, catalogue: past.catalogue, now });
  const said = saidAgain(decision, { recorded, matter, now, catalogue: past.catalogue });
  const beside = record.detail.subjects.map(({ considered, omittedReasons }) => ({ considered, omittedReasons }));
  const besideAgain = decision.verdicts.map(({ considered }, index) => ({
    considered,
    omittedReasons: said.omitted[index] ?? [],
  }));
  return {
    checkId: record.id,
    agrees: said.bytes === record.answer && JSON.stringify(beside) === JSON.stringify(besideAgain),
    catalogueVersion: past.catalogue.version,
    headSequence: past.head.sequence,
    standings: standingsRead(record),
    differences: [
      ...differencesOf(stored, JSON.parse(said.bytes)),
      ...differencesOf(beside, JSON.parse(JSON.stringify(besideAgain)), '/record'),
    ],
  };
}

const NOTHING_READ: RecordedSubject = { standings: [], considered: [], omittedReasons: [], related: [], bases: [] };

/** In the language in which it left, which its statement tells. */
function saidAgain(
  decision: Decision,
  {
    recorded,
    matter,
    now,
    catalogue,
  }: Pick<Rendering, 'now' | 'catalogue'> & { recorded: CheckAnswer; matter: Matter },
) {
  const { id, scene, principal, operator, purpose, caller, verdicts } = recorded;
  const subjects = verdicts.map(({ subject }) => ({
    scheme: subject.scheme,
    id: subject.id ?? '',
    name: subject.name ?? undefined,
    role: subject.role,
  }));
  const to = {
    id,
    question: { scene, principal: Principal.parse(principal), matter, operator, purpose, subjects },
    subjects,
    principalId: principal.id,
    caller,
    catalogue,
    now,
  };
  const [zh, en] = [render(decision, { ...to, language: 'zh' }), render(decision, { ...to, language: 'en' })];
  const { answer, omitted } = en.answer.statement === recorded.statement ? en : zh;
  return { bytes: JSON.stringify(answer), omitted };
}

function subjectAgain(
  { scheme, id, name, role }: CheckAnswer['verdicts'][number]['subject'],
  { standings, related }: RecordedSubject,
  past: Past,
): AskedSubject {
  const read = (index: number | undefined) => standings.filter((each) => each.related === index);
  return {
    ...askedAgain({ scheme, id: id ?? '', name: name ?? undefined }, read(undefined), past),
    role,
    related: related.map(({ relation, ...other }, index) => ({
      ...askedAgain({ ...other, scheme: Scheme.parse(other.scheme), id: other.id ?? '' }, read(index), past),
      relation,
    })),
  };
}

/** What {@link gather} made of an identifier, from which standings it led to and how. */
function askedAgain(
  { scheme, id, name }: { scheme: Scheme; id: string; name?: string | undefined },
  read: readonly ReadStanding[],
  { standings }: Past,
): Asked {
  const { identifier, attested } = identifierAgain(scheme, id);
  const named = read.filter(({ by }) => by !== 'succession' && by !== 'name');
  const standingsOf = (some: readonly ReadStanding[]) =>
    some.flatMap(({ key }) => standings.get(SubjectKey.parse(key)) ?? []);
  const first = read.find(({ by }) => by === undefined) ?? (scheme === 'registration-no' ? named[0] : undefined);
  const known = named.flatMap(({ key }) => standings.get(SubjectKey.parse(key))?.subject.name ?? []);
  const given = name === undefined || isPersonScheme(scheme) ? [] : [name];
  return {
    identifier,
    names: [...given, ...(identifier.kind === 'organisation-name' ? [identifier.value] : known)],
    key: first && SubjectKey.parse(first.key),
    standings: standingsOf(read.filter(({ by }) => by !== 'name')),
    namesakes: standingsOf(read.filter(({ by }) => by === 'name')),
    unresolved: scheme === 'registration-no' && named.length === 0,
    attested,
  };
}

/** A person's number is not on the record, and nothing is decided by it. */
function identifierAgain(scheme: Scheme, id: string): { identifier: Identifier; attested: boolean } {
  if (scheme === 'person-name') return { identifier: { kind: 'person-name', scheme, value: '' }, attested: false };
  if (isPersonScheme(scheme)) return { identifier: { kind: 'person', scheme, value: '' }, attested: false };
  const parsed = parseIdentifier({ scheme, id });
  if (parsed.ok) return { identifier: parsed.identifier, attested: false };
  if (!parsed.attestable) throw new RangeError('the record holds an identifier that is none');
  return { identifier: { kind: 'organisation', scheme: 'uscc', ...parsed.attestable }, attested: true };
}
