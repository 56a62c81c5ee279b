import type { Grade, ListKind, Outcome } from '../catalogue/vocabulary.ts';
import type { CheckAnswer } from '../check/answer.ts';
import type { Bilingual } from '../kernel/text.ts';
import type { Scheme } from '../subject/scheme.ts';

/** What the page says of its own. */
export const TEXTS = {
  title: { zh: '授前核查回执', en: 'Receipt of a check before granting' },
  subtitle: { zh: 'Receipt of a check before granting', en: '授前核查回执' },
  recordId: { zh: '核查编号', en: 'Check' },
  scan: { zh: '扫码验证签名', en: 'Scan to verify the signature' },
  facts: { zh: '核查事项', en: 'What was checked' },
  checkedAt: { zh: '核查时间', en: 'Checked at' },
  expiresAt: { zh: '有效期至', en: 'Serves until' },
  beijing: { zh: '北京时间', en: 'Beijing time' },
  expiresNote: { zh: '此后授予须重新核查', en: 'a grant after that needs a fresh check' },
  scene: { zh: '应用场景', en: 'Scene' },
  principal: { zh: '授予单位', en: 'Principal' },
  matter: { zh: '事项', en: 'Matter' },
  lot: { zh: '标段（包号）', en: 'Lot' },
  region: { zh: '地区', en: 'Region' },
  sector: { zh: '行业', en: 'Sector' },
  mandatoryTender: { zh: '依法必须招标', en: 'The law makes a tender mandatory' },
  yes: { zh: '是', en: 'yes' },
  no: { zh: '否', en: 'no' },
  cutoffAt: { zh: '截止时间', en: 'Cut-off' },
  caller: { zh: '调用单位', en: 'Calling system' },
  operator: { zh: '操作人（由调用单位声明）', en: 'Operator (as asserted by the caller)' },
  purpose: { zh: '用途', en: 'Purpose' },
  versions: { zh: '目录清单版本', en: 'Catalogue version' },
  headSequence: { zh: '开关与来源状态序号', en: 'state of switches and sources no.' },
  subject: { zh: '核查对象', en: 'Subject' },
  outcome: { zh: '结论', en: 'Outcome' },
  role: { zh: '角色', en: 'Role' },
  standingVersion: { zh: '主体状态版本', en: 'Standing version' },
  erased: { zh: '已依法删除', en: 'erased as the law asks' },
  reasons: { zh: '理由', en: 'Reasons' },
  list: { zh: '名单', en: 'List' },
  document: { zh: '文书', en: 'Document' },
  measure: { zh: '措施及法律依据', en: 'Measure and law' },
  until: { zh: '有效期限', en: 'In force until' },
  noTerm: { zh: '无固定期限', en: 'no fixed term' },
  repair: { zh: '修复与救济', en: 'Repair and remedy' },
  notRepairable: { zh: '依法不可修复', en: 'cannot be repaired by law' },
  via: { zh: '经由关联主体', en: 'through a related subject' },
  omitted: { zh: '条更多理由载于核查记录', en: 'more reasons stand on the record' },
  noReason: { zh: '没有适用的名单记录', en: 'No listing counts' },
  sources: { zh: '所依据的来源', en: 'Sources that it rests on' },
  source: { zh: '来源', en: 'Source' },
  freshAsOf: { zh: '数据截至', en: 'Complete as of' },
  state: { zh: '状态', en: 'State' },
  none: { zh: '无', en: 'none' },
  signature: { zh: '电子签名', en: 'Electronic signature' },
  kid: { zh: '签名密钥', en: 'Signing key' },
  answerDigest: { zh: '答复摘要（SHA-256）', en: 'Digest of the answer (SHA-256)' },
  recordDigest: { zh: '记录摘要（SHA-256）', en: 'Digest of the record (SHA-256)' },
  sealHead: { zh: '此前最后的封存段及摘要', en: 'Last seal before it, and its digest' },
  noSeal: { zh: '此前尚无封存', en: 'nothing had been sealed' },
  verification: { zh: '验证地址', en: 'Where to verify' },
  original: { zh: '原件（凭令牌打开）', en: 'The original (opens with a token)' },
  keysAt: { zh: '公钥', en: 'Public keys' },
  how: {
    zh: '以下为回执原文（JWS）。凭公钥可离线验证：npm run verify -- <文件>。纸面内容以签名所载为准。',
    en: 'The receipt itself (JWS) follows. With the public keys it verifies offline: npm run verify -- <file>. What is signed prevails over what is printed.',
  },
} as const satisfies Record<string, Bilingual>;

export const OUTCOMES: Readonly<Record<Outcome, Bilingual>> = {
  veto: { zh: '一票否决', en: 'Veto' },
  indeterminate: { zh: '转人工', en: 'Indeterminate' },
  restrict: { zh: '从严', en: 'Restrict' },
  warn: { zh: '提示', en: 'Warn' },
  favour: { zh: '激励', en: 'Favour' },
  pass: { zh: '未发现', en: 'Nothing found' },
};

export const OBLIGATIONS: Readonly<Record<CheckAnswer['obligation'], Bilingual>> = {
  'may-grant': { zh: '可以授予', en: 'may be granted' },
  acknowledge: { zh: '确认知悉后可以授予', en: 'may be granted, acknowledged' },
  'grant-conditionally': { zh: '附条件、从严授予', en: 'may be granted with the condition stated' },
  determine: { zh: '须由有权人员认定', en: 'a person with the authority decides' },
  'must-not-grant': { zh: '不得授予', en: 'must not be granted' },
};

export const LISTS: Readonly<Record<ListKind, Bilingual>> = {
  black: { zh: '严重失信主体名单', en: 'Black list' },
  ordinary: { zh: '一般失信记录', en: 'Ordinary list' },
  watch: { zh: '关注名单', en: 'Watch list' },
  red: { zh: '守信激励名单', en: 'Red list' },
};

export const GRADES: Readonly<Record<Grade, Bilingual>> = {
  serious: { zh: '严重', en: 'serious' },
  ordinary: { zh: '一般', en: 'ordinary' },
  minor: { zh: '轻微', en: 'minor' },
};

export const STATES: Readonly<Record<CheckAnswer['sources'][number]['state'], Bilingual>> = {
  fresh: { zh: '在有效时限内', en: 'fresh' },
  stale: { zh: '超过有效时限', en: 'stale' },
  missing: { zh: '不可用', en: 'missing' },
};

export const SCHEMES: Readonly<Record<Scheme, Bilingual>> = {
  uscc: { zh: '统一社会信用代码', en: 'Unified social credit code' },
  'org-code': { zh: '组织机构代码', en: 'Organisation code' },
  'registration-no': { zh: '工商注册号', en: 'Registration number' },
  'resident-id': { zh: '居民身份证', en: 'Resident identity card' },
  'residence-permit-hmt': { zh: '港澳台居民居住证', en: 'Residence permit (HK, Macao, Taiwan)' },
  'foreign-permanent-resident-id': { zh: '外国人永久居留身份证', en: 'Foreign permanent resident card' },
  passport: { zh: '护照', en: 'Passport' },
  'org-name': { zh: '单位名称', en: 'Name of an organisation' },
  'person-name': { zh: '个人姓名', en: 'Name of a person' },
};
