import { describe, expect, it } from 'vitest';
import { parseIdentifier } from '../../lib/subject/identifier.ts';
import { organisationKey, parseKeyring, personKeys, SubjectKey } from '../../lib/subject/key.ts';
import type { Scheme } from '../../lib/subject/scheme.ts';

const OLD = Buffer.alloc(32, 1).toString('base64');
const NEW = Buffer.alloc(32, 2).toString('base64');
const ring = parseKeyring(`1:${OLD},2:${NEW}`);

function keys(scheme: Scheme, id: string, country?: string): string[] {
  const parsed = parseIdentifier({ scheme, id, country });
  if (!parsed.ok) throw new Error(`refused: ${parsed.faults.map(({ rule }) => rule).join()}`);
  const { identifier } = parsed;
  if (identifier.kind === 'organisation') return [organisationKey(identifier.code9)];
  return identifier.kind === 'person' ? personKeys(ring, identifier) : [];
}

describe('keys of organisations', () => {
  it('gives one subject under the old code, with and without hyphen, and the new one', () => {
    expect(keys('org-code', '74419092-7')).toEqual(['o:744190927']);
    expect(keys('org-code', '744190927')).toEqual(['o:744190927']);
    expect(keys('uscc', '91230199744190927K')).toEqual(['o:744190927']);
  });
});

it('is a key for every code that can be attested, whatever its check characters', () => {
  const parsed = parseIdentifier({ scheme: 'uscc', id: '91350100M000100YKA' });
  const code9 = parsed.ok ? undefined : parsed.attestable?.code9;
  expect(code9).toBe('M000100YK');
  expect(SubjectKey.safeParse(organisationKey(code9 ?? '')).success).toBe(true);
});

describe('keys of persons', () => {
  it('carries the version, the current one first, and nothing of the number', () => {
    const made = keys('resident-id', '11010519491231002X');
    expect(made.map((key) => key.slice(0, 4))).toEqual(['p:2:', 'p:1:']);
    for (const key of made) expect(SubjectKey.parse(key)).toBe(key);
    expect(made.join()).not.toContain('1949');
  });

  it('is the same for 15 and 18 digits, and for a country in two or three letters', () => {
    expect(keys('resident-id', '110105491231002')).toEqual(keys('resident-id', '11010519491231002x'));
    expect(keys('passport', 'e1234567', 'gb')).toEqual(keys('passport', 'E123 4567', 'GBR'));
  });

  it('differs by scheme and by country', () => {
    expect(keys('passport', 'E1234567', 'FR')).not.toEqual(keys('passport', 'E1234567', 'DE'));
    expect(keys('passport', 'USA110058031601', 'USA')).not.toEqual(
      keys('foreign-permanent-resident-id', 'USA110058031601'),
    );
  });

  it('does not move: a stored key must be found again after every release', () => {
    expect(keys('resident-id', '11010519491231002X')).toMatchInlineSnapshot(`
      [
        "p:2:x5-9Y4G2o2klQnNqr3I2zwdxhV4",
        "p:1:op4M3biSYFsZEfBwTzWI0kJYtCY",
      ]
    `);
  });
});

describe('keyring', () => {
  it('makes the last entry current', () => {
    expect(parseKeyring(`7:${OLD}, 3:${NEW}`).current).toBe(3);
  });

  it.each([
    ['nothing', ''],
    ['no version', OLD],
    ['version 0', `0:${OLD}`],
    ['no base64', '1:***'],
    ['unpadded base64', `1:${OLD.replace(/=+$/, '')}`],
    ['a short secret', `1:${Buffer.alloc(31, 1).toString('base64')}`],
    ['a version twice', `1:${OLD},1:${NEW}`],
    ['a secret twice', `1:${OLD},2:${OLD}`],
    ['a trailing comma', `1:${OLD},`],
  ])('refuses %s, without showing it', (_, text) => {
    expect(() => parseKeyring(text)).toThrow(RangeError);
    expect(() => parseKeyring(text)).not.toThrow(/AQEB|AgIC/);
  });
});
