import { expect, it } from 'vitest';
import { foldName } from '../../lib/subject/fold.ts';
import { isDomesticName } from '../../lib/subject/organisation-name.ts';

it.each([
  '甲公司',
  '长沙市第一中学',
  '岳麓区小星星幼儿园',
  '老百姓大药房',
  '洛阳市宜阳煤矿',
  '张三设计工作室',
  '新华书店总店',
  '湘潭大学（本部）',
])('%s is an organisation', (name) => {
  expect(isDomesticName(foldName(name))).toBe(true);
});

it.each(['张会', '李大行', '张学会', '欧阳建行', '陈院', '王店', '阿不都热依木·买买提', '张三'])(
  '%s may be a person, and is listed under no name',
  (name) => {
    expect(isDomesticName(foldName(name))).toBe(false);
  },
);
