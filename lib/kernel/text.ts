import * as z from 'zod/mini';

// Control characters and lone surrogates carry no meaning in a name or a reason,
// survive neither XML nor Excel, and are how separators are smuggled into keys.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f]/;

/** One line of text written by a person or a system: 1 to `max` characters, trimmed, no control characters. */
export const text = (max: number) =>
  z.string().check(
    z.trim(),
    z.minLength(1),
    z.maxLength(max),
    z.refine((value) => value.isWellFormed() && !FORBIDDEN.test(value), {
      error: 'control character or lone surrogate',
    }),
  );

const RESIDENT_NUMBER =
  /(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])/;

/** Whether a resident's number stands in a text: it is not to be kept (PIPL 28). */
export const holdsResidentNumber = (value: string): boolean => RESIDENT_NUMBER.test(value.normalize('NFKC'));

/** Text that is kept as it was written: a resident's number does not belong in it (PIPL 28). */
export const keptText = (max: number) =>
  text(max).check(z.refine((value) => !holdsResidentNumber(value), { error: 'personal-number' }));

/**
 * What may not be gathered of anybody (H21#14, 征信业条例 14): religion, genes, fingerprints, blood type, illness. The names
 * of trades that work with these are not meant.
 */
const FORBIDDEN_ATTRIBUTE =
  /宗教信仰|信仰[^，。；]{0,4}教|信教|(?:佛|道|基督|天主|伊斯兰|东正)教(?:徒|信徒|信仰)|穆斯林|教徒|信徒|基因(?!科技|技术|工程|生物|检测机构|公司|股份|有限)|指纹(?!锁|科技|识别设备)|血型(?!检测|试剂)|(?:AB|[ABO])型血|病史|病历|疾病(?!预防|控制|防治)|患有|确诊|艾滋|乙肝|肝炎|HIV|糖尿病|癌症|肿瘤(?!医院)|精神病|精神分裂|抑郁症|\b(?:religio(?:n|us)|genetic|genes?|dna|fingerprints?|blood (?:type|group)|illness|disease|diabetes|cancer|medical history)\b/i;

/** A mobile number leads to a person as its resident number does. */
const MOBILE = /(?<!\d)1[3-9]\d{9}(?!\d)/;
const SPACES = /[\s\u200b-\u200d\ufeff]+/g;

const isStatable = (value: string): boolean => {
  const plain = value.normalize('NFKC');
  return !FORBIDDEN_ATTRIBUTE.test(plain) && !FORBIDDEN_ATTRIBUTE.test(plain.replace(SPACES, ''));
};

/** Text that a steward writes of a subject: as {@link keptText}, and none of what the law lets nobody gather. */
export const statedText = (max: number) =>
  keptText(max).check(
    z.refine(isStatable, { error: 'forbidden-attribute' }),
    z.refine((value) => !MOBILE.test(value.normalize('NFKC')), { error: 'personal-number' }),
  );

/** A stable code: lower-case kebab, as on the wire. */
export const kebab = z.string().check(z.maxLength(64), z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/));

/** The two languages of every human text. */
export const Bilingual = z.strictObject({ zh: z.string().check(z.minLength(1)), en: z.string().check(z.minLength(1)) });
export type Bilingual = z.infer<typeof Bilingual>;

export type Language = keyof Bilingual;
