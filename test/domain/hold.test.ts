import { describe, expect, test } from 'vitest';
import { instant } from '../../lib/kernel/clock.ts';
import { approve, propose, release } from '../../lib/retention/hold.ts';

const NOW = instant(Date.parse('2026-11-21T01:00:00.000Z'));
const auditor = { subject: 'auditor', person: 'sun' };
const approver = { subject: 'approver', person: 'zhou' };
const proposed = propose({ caller: 'c', matter: 'm', reason: 'r' }, 'h', auditor, NOW);

describe('a hold, and its release, need two persons', () => {
  test.each([
    ['the same login', auditor],
    ['another login of the same person', { subject: 'another', person: 'sun' }],
  ])('not %s', (_, same) => {
    expect(() => approve(proposed, same, NOW)).toThrow('Another person');
    const released = release(proposed, { reason: 'x' }, auditor, NOW);
    expect(() => approve(released, same, NOW)).toThrow('Another person');
  });

  test('who proposed the hold may agree with a release that somebody else proposes', () => {
    const released = release(approve(proposed, approver, NOW), { reason: 'x' }, approver, NOW);
    expect(approve(released, auditor, NOW).state).toBe('released');
  });

  test('and what is released is over', () => {
    const over = approve(release(proposed, { reason: 'x' }, auditor, NOW), approver, NOW);
    expect(over.state).toBe('released');
    expect(() => approve(over, approver, NOW)).toThrow('The hold is released');
    expect(() => release(over, { reason: 'x' }, auditor, NOW)).toThrow('The hold is released');
  });
});
