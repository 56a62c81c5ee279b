import { describe, expect, it } from 'vitest';
import { banIn } from '../../lib/intake/ban.ts';
import { PROFILES } from '../../lib/intake/profiles.ts';
import { CalendarDate } from '../../lib/kernel/clock.ts';

const DECIDED = CalendarDate.parse('2024-03-15');

/** What is said of a ban in a few characters: the days, `none` or `unclear`. */
function said(text: string, decided = DECIDED): string {
  const rule = PROFILES.get('ccgp')?.term;
  if (rule?.rule !== 'ban-in-text') throw new Error('the profile reads no ban');
  const ban = banIn(text, rule, decided);
  return ban.kind === 'ban' ? `${ban.from} ${ban.until}` : ban.kind;
}

describe('the ban in a penalty', () => {
  it.each([
    ['列入不良行为记录名单，在一年内禁止参加政府采购活动', '2024-03-15 2025-03-15'],
    ['处以采购金额千分之五的罚款4950元，列入不良行为记录名单，1年内禁止参加政府采购活动。', '2024-03-15 2025-03-15'],
    ['禁止参加政府采购活动两年', '2024-03-15 2026-03-15'],
    ['禁止其三年内参加政府采购活动', '2024-03-15 2027-03-15'],
    ['禁止参与政府采购活动，期限为２年', '2024-03-15 2026-03-15'],
    ['罚款壹万元；十八个月内不得参加政府采购活动', '2024-03-15 2025-09-15'],
    ['自处罚决定作出之日起一年内禁止参加政府采购活动', '2024-03-15 2025-03-15'],
    ['禁止参加政府采购活动（2024年4月1日至2025年3月31日）', '2024-04-01 2025-03-31'],
    ['自2024年4月1日起至2025年3月31日止，禁止参加政府采购活动', '2024-04-01 2025-03-31'],
    ['禁止其一年内代理政府采购业务', '2024-03-15 2025-03-15'],
    ['取消政府采购资格三年', '2024-03-15 2027-03-15'],
    ['一年内禁止参加政府采购活动；一年内禁止代理政府采购业务', '2024-03-15 2025-03-15'],
  ])('%s: %s', (text, days) => {
    expect(said(text)).toBe(days);
  });

  it.each([
    '罚款4950元',
    '警告，并处采购金额千分之五的罚款',
    '列入不良行为记录名单',
    '没收违法所得',
    '违反政府采购法第七十七条，处以罚款三万元',
  ])('is none where there is but a fine, a warning or an entry: %s', (text) => {
    expect(said(text)).toBe('none');
  });

  it.each([
    '列入不良行为记录名单，在一至三年内禁止参加政府采购活动',
    '1-3年内禁止参加政府采购活动',
    '禁止参加政府采购活动一至三年',
    '禁止参加政府采购活动',
    '禁止参加省级政府采购活动一年',
    '自处罚决定书送达之日起一年内禁止参加政府采购活动',
    '自公告之日起，禁止参加政府采购活动一年',
    '五年内禁止参加政府采购活动',
    '一年内禁止参加政府采购活动；两年内禁止代理政府采购业务',
    '不予禁止参加政府采购活动一年',
    '一年内禁止参加政府采购活动二年',
    '禁止参加政府采购活动（2024年4月1日至2023年3月31日）',
  ])('is for a person to read where it is not certain: %s', (text) => {
    expect(said(text)).toBe('unclear');
  });

  it('ends with the last day of a month that is shorter', () => {
    expect(said('一年内禁止参加政府采购活动', CalendarDate.parse('2024-02-29'))).toBe('2024-02-29 2025-02-28');
    expect(said('六个月内禁止参加政府采购活动', CalendarDate.parse('2024-08-31'))).toBe('2024-08-31 2025-02-28');
  });
});
