import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registrationPairs } from '../../lib/subject/departments.ts';
import { foldIdentifier, foldName } from '../../lib/subject/fold.ts';
import { gb11643CheckCharacter } from '../../lib/subject/gb11643.ts';
import { parseIdentifier } from '../../lib/subject/identifier.ts';
import { organisationKey, parseKeyring, personKeys, SubjectKey } from '../../lib/subject/key.ts';
import { maskIdentifier } from '../../lib/subject/mask.ts';
import { orgCodeCheckCharacter } from '../../lib/subject/org-code.ts';
import { registrationNoCheckDigit } from '../../lib/subject/registration-no.ts';
import { usccCheckCharacter } from '../../lib/subject/uscc.ts';

const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const DIGITS = '0123456789';
const from = (alphabet: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });

const code9s = from(USCC_ALPHABET, 8)
  .filter((body) => !body.startsWith('PDY'))
  .map((body) => body + orgCodeCheckCharacter(body));
const usccs = fc
  .tuple(fc.constantFrom(...registrationPairs()), from(DIGITS, 6), code9s)
  .map((parts) => parts.join(''))
  .map((body) => body + usccCheckCharacter(body));
const birthDates = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2025-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10).replaceAll('-', ''));
const residentIds = fc
  .tuple(fc.constantFrom('110105', '420500', '659001'), birthDates, from(DIGITS, 3))
  .map((parts) => parts.join(''))
  .map((body) => body + gb11643CheckCharacter(body));

const ring = parseKeyring(`1:${Buffer.alloc(32, 7).toString('base64')}`);
const keyOf = (scheme: 'uscc' | 'org-code' | 'resident-id', id: string): string | undefined => {
  const parsed = parseIdentifier({ scheme, id });
  if (!parsed.ok) return undefined;
  if (parsed.identifier.kind === 'organisation') return organisationKey(parsed.identifier.code9);
  return parsed.identifier.kind === 'person' ? personKeys(ring, parsed.identifier)[0] : undefined;
};
const exchange = (value: string, index: number) =>
  value.slice(0, index) + value.charAt(index + 1) + value.charAt(index) + value.slice(index + 2);
const differences = (one: string, other: string) => [...one].filter((character, at) => character !== other.charAt(at));

describe('folding', () => {
  it('of every character by itself is idempotent', () => {
    // Beyond the ideographs of plane 3 there are only tags, variation selectors and private use.
    for (let code = 0; code <= 0x32_3af; code += 1) {
      const character = String.fromCodePoint(code);
      const identifier = foldIdentifier(character);
      if (foldIdentifier(identifier) !== identifier) expect.fail(`identifier U+${code.toString(16)}`);
      const name = foldName(character);
      if (foldName(name) !== name) expect.fail(`name U+${code.toString(16)}`);
    }
  });

  it('of any text is idempotent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
        expect(foldIdentifier(foldIdentifier(text))).toBe(foldIdentifier(text));
        expect(foldName(foldName(text))).toBe(foldName(text));
      }),
    );
  });
});

describe('codes of organisations', () => {
  it('parse when they are well made', () => {
    fc.assert(
      fc.property(usccs, (id) => {
        expect(parseIdentifier({ scheme: 'uscc', id }).ok).toBe(true);
        expect(parseIdentifier({ scheme: 'org-code', id: id.slice(8, 17) }).ok).toBe(true);
      }),
    );
    fc.assert(
      fc.property(from(DIGITS, 14), (body) => {
        const id = body + registrationNoCheckDigit(body);
        expect(parseIdentifier({ scheme: 'registration-no', id }).ok).toBe(true);
      }),
    );
  });

  it('never pass with one character changed', () => {
    fc.assert(
      fc.property(usccs, fc.nat(17), fc.constantFrom(...USCC_ALPHABET), (good, index, other) => {
        fc.pre(good.charAt(index) !== other);
        const id = good.slice(0, index) + other + good.slice(index + 1);
        expect(parseIdentifier({ scheme: 'uscc', id }).ok).toBe(false);
      }),
    );
  });

  it('get only suggestions that pass, one substitution or one swap away', () => {
    const slip = fc.oneof(
      fc.record({ index: fc.nat(17), other: fc.constantFrom(...USCC_ALPHABET, 'O', 'I', 'S', 'Z') }),
      fc.record({ index: fc.nat(16), other: fc.constant(undefined) }),
    );
    let suggested = 0;
    let failed = 0;
    fc.assert(
      fc.property(usccs, slip, (good, { index, other }) => {
        const id = other === undefined ? exchange(good, index) : good.slice(0, index) + other + good.slice(index + 1);
        const parsed = parseIdentifier({ scheme: 'uscc', id });
        if (parsed.ok) return;
        failed += 1;
        const suggestion = parsed.faults[0]?.suggestion;
        if (suggestion === undefined) return;
        suggested += 1;
        expect(parseIdentifier({ scheme: 'uscc', id: suggestion }).ok).toBe(true);
        expect(differences(id, suggestion).length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 500 },
    );
    expect(suggested).toBeGreaterThan(failed / 3);
  });

  it('are mostly given back when two neighbours of the organisation code are exchanged', () => {
    let repaired = 0;
    let failed = 0;
    fc.assert(
      fc.property(usccs, fc.integer({ min: 8, max: 14 }), (good, index) => {
        const id = exchange(good, index);
        const parsed = parseIdentifier({ scheme: 'uscc', id });
        if (parsed.ok) return;
        failed += 1;
        if (parsed.faults[0]?.suggestion === good) repaired += 1;
      }),
      { numRuns: 500 },
    );
    expect(repaired / failed).toBeGreaterThan(0.7);
  });

  it('have one key under three spellings', () => {
    fc.assert(
      fc.property(usccs, (id) => {
        const code9 = id.slice(8, 17);
        const wide = id.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).toLowerCase();
        expect(keyOf('uscc', wide)).toBe(organisationKey(code9));
        expect(keyOf('org-code', code9)).toBe(organisationKey(code9));
        expect(keyOf('org-code', `${code9.slice(0, 8)} - ${code9.slice(8).toLowerCase()}`)).toBe(
          organisationKey(code9),
        );
      }),
    );
  });
});

describe('numbers of persons', () => {
  it('parse when they are well made, and never appear in key, mask or fault', () => {
    fc.assert(
      fc.property(residentIds, (id) => {
        const parsed = parseIdentifier({ scheme: 'resident-id', id });
        expect(parsed.ok).toBe(true);
        if (!parsed.ok || parsed.identifier.kind !== 'person') return;
        for (const key of personKeys(ring, parsed.identifier)) {
          expect(SubjectKey.safeParse(key).success).toBe(true);
          expect(key).not.toContain(id);
          expect(key).not.toContain(id.slice(6, 14));
        }
        expect(maskIdentifier(parsed.identifier)).not.toContain(id.slice(6, 14));
        const wrong = id.slice(0, 17) + (id.endsWith('0') ? '1' : '0');
        const said = JSON.stringify(parseIdentifier({ scheme: 'resident-id', id: wrong }));
        expect(said).not.toContain(id.slice(6, 14));
        expect(said).not.toContain('suggestion');
      }),
    );
  });

  it('have one key in 15 and in 18 digits', () => {
    fc.assert(
      fc.property(
        residentIds.filter((id) => id.slice(6, 8) === '19'),
        (id) => {
          expect(keyOf('resident-id', id.slice(0, 6) + id.slice(8, 17))).toBe(keyOf('resident-id', id));
        },
      ),
    );
  });
});
