import { describe, expect, it } from 'vitest';
import { headOfficeName, isBranchName } from '../../lib/subject/branch.ts';
import { splitConsortium } from '../../lib/subject/consortium.ts';
import { foldName } from '../../lib/subject/fold.ts';
import { parseIdentifier } from '../../lib/subject/identifier.ts';
import { maskIdentifier, maskPersonName } from '../../lib/subject/mask.ts';

const SUFFIXES = ['分公司', '支公司', '分行', '支行', '分店', '分院', '分所', '分社', '分厂', '公司…店', '公司…部'];

describe('folding of names', () => {
  it.each([
    ['【甲】〔乙〕（丙）', '(甲)(乙)(丙)'],
    ['宜 昌\u200b公司', '宜昌公司'],
    ['阿卜杜拉•买买提', '阿卜杜拉·买买提'],
    ['阿卜杜拉・买买提', '阿卜杜拉·买买提'],
    ['ＡＢＣ abc公司', 'ABCABC公司'],
    ['東方電氣集團', '东方电气集团'],
  ])('%s → %s', (name, expected) => {
    expect(foldName(name)).toBe(expected);
  });
});

describe('branches', () => {
  it.each([
    ['甲有限公司宜昌分公司', '甲有限公司'],
    ['甲有限公司（宜昌分公司）', '甲有限公司'],
    ['甲有限公司(宜昌)分公司', '甲有限公司'],
    ['甲（宜昌）有限公司分公司', '甲(宜昌)有限公司'],
    ['甲有限公司宜昌分公司（非独立核算）', '甲有限公司'],
    ['北部湾财产保险股份有限公司深圳分公司龙岗支公司', '北部湾财产保险股份有限公司'],
    ['中国移动通信集团湖北有限公司宜昌分公司', '中国移动通信集团湖北有限公司'],
    ['中国石油化工集团公司管道储运有限公司徐州分公司', '中国石油化工集团公司管道储运有限公司'],
    ['中国农业银行宜昌分行', '中国农业银行'],
    ['湖北甲律师事务所宜昌分所', '湖北甲律师事务所'],
    ['山西证券股份有限公司深圳深南大道证券营业部', '山西证券股份有限公司'],
    ['甲商贸有限公司解放路店', '甲商贸有限公司'],
    ['禹州市钧州大街大西洋眼镜店一分店', '禹州市钧州大街大西洋眼镜店'],
  ])('%s belongs to %s', (name, head) => {
    expect(isBranchName(name, SUFFIXES)).toBe(true);
    expect(headOfficeName(name, SUFFIXES)).toBe(head);
  });

  it('knows a branch that does not say whose', () => {
    expect(isBranchName('宜昌分公司', SUFFIXES)).toBe(true);
    expect(headOfficeName('宜昌分公司', SUFFIXES)).toBeUndefined();
  });

  it.each(['甲有限公司', '甲（集团）有限公司', '解放路小店', '甲书店有限公司', '分公司', '中国工商银行股份有限公司'])(
    '%s is none',
    (name) => {
      expect(isBranchName(name, SUFFIXES)).toBe(false);
      expect(headOfficeName(name, SUFFIXES)).toBeUndefined();
    },
  );
});

describe('consortium strings', () => {
  it.each([
    ['甲乙公司、丙丁公司联合体', ['甲乙公司', '丙丁公司']],
    ['甲乙公司（联合体牵头人）、丙丁公司', ['甲乙公司', '丙丁公司']],
    ['甲乙公司（牵头人）丙丁公司（成员）', ['甲乙公司', '丙丁公司']],
    ['牵头人:甲乙公司;成员:丙丁公司', ['甲乙公司', '丙丁公司']],
    ['联合体牵头人：甲乙公司；联合体成员一：丙丁公司；联合体成员二：戊己公司', ['甲乙公司', '丙丁公司', '戊己公司']],
    ['甲乙公司//丙丁公司', ['甲乙公司', '丙丁公司']],
    ['联合体：甲乙公司+丙丁公司', ['甲乙公司', '丙丁公司']],
    ['甲乙公司与丙丁研究院组成联合体', ['甲乙公司', '丙丁研究院']],
    ['甲乙公司，丙丁公司', ['甲乙公司', '丙丁公司']],
    ['甲乙公司 丙丁公司', ['甲乙公司', '丙丁公司']],
    ['联合体（甲乙公司、丙丁公司）', ['甲乙公司', '丙丁公司']],
    ['（联合体：浙江百佳建设管理有限公司）', ['浙江百佳建设管理有限公司']],
    ['甲（北京、上海）公司', ['甲（北京、上海）公司']],
    ['甲有限公司和平区分公司', ['甲有限公司和平区分公司']],
    ['新疆凯盛建材设计研究院（有限公司）', ['新疆凯盛建材设计研究院（有限公司）']],
    ['云南天安化工有限公司100kt/a（85% H3PO4）', ['云南天安化工有限公司100kt/a（85% H3PO4）']],
    ['杭州之和建筑设计有限公司', ['杭州之和建筑设计有限公司']],
    ['', []],
  ])('%s', (raw, members) => {
    expect(splitConsortium(raw)).toEqual(members);
  });
});

describe('masking', () => {
  const masked = (scheme: 'uscc' | 'resident-id' | 'passport', id: string, country?: string) => {
    const parsed = parseIdentifier({ scheme, id, country });
    return parsed.ok ? maskIdentifier(parsed.identifier) : undefined;
  };

  it('shows organisations, hides persons', () => {
    expect(masked('uscc', '91350100M000100Y43')).toBe('91350100M000100Y43');
    expect(masked('resident-id', '11010519491231002X')).toBe('110*************2X');
    expect(masked('passport', 'E12345678', 'CN')).toBe('E1*****78');
    expect(masked('passport', 'AB123', 'CN')).toBe('A***3');
  });

  it.each([
    ['张三丰', '张**'],
    ['张三', '张*'],
    ['欧阳修', '欧阳*'],
    ['欧阳', '欧*'],
    ['王', '*'],
    ['𠮷野家', '𠮷**'],
    ['', ''],
  ])('%s → %s', (name, expected) => {
    expect(maskPersonName(name)).toBe(expected);
  });
});
