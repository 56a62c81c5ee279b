import type * as z from 'zod/mini';
import type { Fault } from '../kernel/problem.ts';
import type { Bilingual } from '../kernel/text.ts';
import { pointerPart } from './duplicate-key.ts';

const TEXTS = {
  missing: { zh: '缺少该字段', en: 'is required' },
  'unknown-field': { zh: '没有这个字段', en: 'is not a field' },
  'wrong-type': { zh: '类型不对', en: 'has the wrong type' },
  'too-small': { zh: '太短、太小或太少', en: 'is too short, too small or too few' },
  'too-large': { zh: '太长、太大或太多', en: 'is too long, too large or too many' },
  'wrong-format': { zh: '格式不对', en: 'has the wrong format' },
  'unknown-value': { zh: '不是允许的取值', en: 'is not one of the allowed values' },
  'not-allowed': { zh: '不允许的内容', en: 'is not allowed' },
  'consortium-required': {
    zh: '多个主体须注明 consortium: true；竞争者请用批量核查',
    en: 'more than one subject needs consortium: true; rivals belong in a batch',
  },
  'basis-required': {
    zh: '核查自然人须注明法律依据或本人同意',
    en: 'a person is checked only with a statute or a consent, named',
  },
  'too-many-related': { zh: '关联主体合计超过 60 个', en: 'more than 60 related subjects in all' },
  'personal-number': { zh: '此处不得出现身份号码', en: 'a resident number does not belong here' },
  'forbidden-attribute': {
    zh: '不得记载宗教信仰、基因、指纹、血型、疾病和病史',
    en: 'religion, genes, fingerprints, blood type and illness are not recorded',
  },
  'ref-required': { zh: '每项须有 ref，1 至 64 个字符', en: 'each item needs a ref of 1 to 64 characters' },
  'unknown-parameter': { zh: '没有这个查询参数', en: 'is not a parameter' },
  'other-year': { zh: '不在该年度', en: 'is not in that year' },
  'duplicate-date': { zh: '日期重复', en: 'a date stands twice' },
  'not-a-weekend': { zh: '不是周六或周日，无需调休上班', en: 'is no Saturday or Sunday, and worked anyway' },
  'off-and-worked': { zh: '既放假又上班', en: 'is a day off and worked at once' },
  'moment-or-version': { zh: 'asOf 与 version 只能给出一个', en: 'asOf and version exclude each other' },
  'bad-period': { zh: '期间须先起后止，至多 366 天', en: 'is a period of 1 to 366 days, its first day first' },
  'coverage-of-scene': {
    zh: '查询覆盖率不能按单个场景统计',
    en: 'is counted by principal and caller, not for one scene',
  },
  'delisting-of-all': { zh: '退出时长不按调用单位或场景统计', en: 'is counted of lists, not for a caller or a scene' },
  'feedback-of-scene': { zh: '反馈率不能按单个场景统计', en: 'is counted by caller, not for one scene' },
  'duplicate-ref': { zh: 'ref 重复', en: 'a ref stands twice' },
} as const satisfies Record<string, Bilingual>;

type FaultCode = keyof typeof TEXTS;

const isFaultCode = (code: string): code is FaultCode => Object.hasOwn(TEXTS, code);

/** Every fault that zod found, each with a pointer and a stable code; never the value, which may be a person's. */
export function faultsOf(error: z.core.$ZodError): Fault[] {
  return error.issues.flatMap((issue) => {
    const at = (path: readonly PropertyKey[], code: FaultCode, message: Bilingual = TEXTS[code]): Fault => ({
      pointer: path.map((part) => `/${pointerPart(part)}`).join(''),
      code,
      message,
    });
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => at([...issue.path, key], 'unknown-field'));
    const code = codeOf(issue);
    return [at(issue.path, code, code === 'not-allowed' ? ownWords(issue) : wanted(issue))];
  });
}

/** What a schema of ours says of a value is about codes, never about a person; what zod says may quote the value. */
const ownWords = ({ code, message }: z.core.$ZodIssue): Bilingual | undefined =>
  code === 'custom' && message !== 'Invalid input' ? { zh: message, en: message } : undefined;

const TYPES: Readonly<Record<string, Bilingual>> = {
  string: { zh: '文本', en: 'a text' },
  number: { zh: '数字', en: 'a number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: 'true 或 false', en: 'true or false' },
  array: { zh: '数组', en: 'an array' },
  object: { zh: '对象', en: 'an object' },
  record: { zh: '对象', en: 'an object' },
};
const FORMATS: Readonly<Record<string, Bilingual>> = {
  datetime: {
    zh: '须为带时区的时刻，如 2026-12-01T09:00:00+08:00',
    en: 'is a moment such as 2026-12-01T09:00:00+08:00',
  },
  date: { zh: '须为日期，如 2026-12-01', en: 'is a date such as 2026-12-01' },
};
/** What is counted against a bound. */
const COUNTED: Readonly<Record<string, Bilingual>> = {
  string: { zh: ' 个字符', en: ' characters' },
  array: { zh: ' 项', en: ' items' },
};

/** What the schema wants at this place, where it says so in words that hold nothing of the value. */
function wanted(issue: z.core.$ZodIssue): Bilingual | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const type = TYPES[issue.expected];
      return type && issue.input !== undefined ? { zh: `须为${type.zh}`, en: `is to be ${type.en}` } : undefined;
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      const missing = issue.input === undefined ? { zh: '缺少该字段，', en: 'is required: ' } : { zh: '', en: 'is ' };
      return { zh: `${missing.zh}须为以下之一：${values.join('、')}`, en: `${missing.en}one of ${values.join(', ')}` };
    }
    case 'too_small':
      return bound(issue.origin, issue.minimum, { zh: '至少', en: 'at least' });
    case 'too_big':
      return bound(issue.origin, issue.maximum, { zh: '至多', en: 'at most' });
    case 'invalid_format':
      return FORMATS[issue.format];
    default:
      return undefined;
  }
}

function bound(origin: string, limit: number | bigint, side: Bilingual): Bilingual {
  const counted = COUNTED[origin] ?? { zh: '', en: '' };
  return { zh: `${side.zh} ${limit}${counted.zh}`, en: `is ${side.en} ${limit}${counted.en}` };
}

function codeOf(issue: z.core.$ZodIssue): FaultCode {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'missing' : 'wrong-type';
    case 'too_small':
      return 'too-small';
    case 'too_big':
      return 'too-large';
    case 'invalid_format':
      return 'wrong-format';
    case 'invalid_value':
      return issue.input === undefined ? 'missing' : 'unknown-value';
    case 'custom':
      return isFaultCode(issue.message) ? issue.message : 'not-allowed';
    default:
      return 'not-allowed';
  }
}
