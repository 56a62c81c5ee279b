import { randomBytes } from 'node:crypto';
import { type Instant, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import type { Look } from './look.ts';
import type { LookLog } from './ports.ts';

const ID_BYTES = 16;

/** The claims of a verified token that say who looks. */
export interface Looker {
  readonly client_id: string;
  readonly sub: string;
  readonly person?: string | undefined;
  readonly authority?: string | undefined;
}

/** What one look is about; parameters that were not given are left out. */
interface Looked {
  readonly kind: Look['kind'];
  readonly subjects?: readonly string[];
  readonly others?: number;
  readonly checkId?: string;
  readonly asked?: Readonly<Record<string, string | undefined>>;
  readonly purpose?: string | undefined;
  readonly operator?: string | undefined;
  readonly results: number;
}

/**
 * Puts a look on record. To be awaited before anything of what was found leaves.
 * @throws Problem `evidence-unavailable`: what cannot be put on record is not shown
 */
export async function putOnRecord(looks: LookLog, by: Looker, looked: Looked, now: Instant): Promise<Look> {
  const look = lookOf(by, looked, now);
  try {
    await looks.append(look);
  } catch (cause) {
    throw new Problem(
      'evidence-unavailable',
      {
        zh: '查询留痕无法写入，未返回任何记录，请重试',
        en: 'The look could not be put on record, so nothing is shown. Try again.',
      },
      { retryAfter: 1, cause },
    );
  }
  return look;
}

function lookOf({ client_id, sub, person, authority }: Looker, looked: Looked, now: Instant): Look {
  const { kind, subjects = [], others, checkId, asked = {}, purpose, operator, results } = looked;
  return {
    id: randomBytes(ID_BYTES).toString('base64url'),
    at: toIso(now),
    kind,
    by: {
      client: client_id,
      subject: sub,
      ...(person !== undefined && { person }),
      ...(authority !== undefined && { authority }),
    },
    subjects: [...new Set(subjects)],
    ...(others !== undefined && { others }),
    ...(checkId !== undefined && { checkId }),
    asked: Object.fromEntries(
      Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    ...(purpose !== undefined && { purpose }),
    ...(operator !== undefined && { operator }),
    results,
  };
}
