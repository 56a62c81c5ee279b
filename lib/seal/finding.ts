import type { Bilingual } from '../kernel/text.ts';

/** What somebody did to the log or to its seals. */
export type Tampering =
  | 'edited'
  | 'deleted'
  | 'deleted-before-sealing'
  | 'inserted'
  | 'reordered'
  | 'cut-off'
  | 're-signed';

export interface Finding {
  readonly kind: Tampering;
  /** Of the seal, where it is about one. */
  readonly segment?: number;
  /** Of the record, where it is known. */
  readonly id?: string;
  /** What was appended to it, where it is about that: `determination` and so on. */
  readonly of?: string;
  readonly message: Bilingual;
}

type Where = Omit<Finding, 'kind' | 'message'>;

const NAMES: Readonly<Record<Tampering, Bilingual>> = {
  edited: { zh: '被改动', en: 'edited' },
  deleted: { zh: '被删除', en: 'deleted' },
  'deleted-before-sealing': { zh: '在封存前被删除', en: 'deleted before sealing' },
  inserted: { zh: '被插入', en: 'inserted' },
  reordered: { zh: '次序被调换', en: 'reordered' },
  'cut-off': { zh: '末尾被截去', en: 'cut off at the end' },
  're-signed': { zh: '整体被重新签署', en: 're-signed as a whole' },
};

const APPENDED: Readonly<Record<string, Bilingual>> = {
  determination: { zh: '人工认定', en: 'determination' },
  annulment: { zh: '作废', en: 'annulment' },
  grant: { zh: '授予', en: 'grant' },
  feedback: { zh: '反馈', en: 'feedback' },
  case: { zh: '案例', en: 'case' },
  annotation: { zh: '批注', en: 'annotation' },
};
const ITEM: Bilingual = { zh: '附加内容', en: 'appended item' };

/** One thing that is wrong: what it is about, what was done to it, and how that shows. */
export function finding(kind: Tampering, where: Where, shows: Bilingual): Finding {
  const name = NAMES[kind];
  return {
    kind,
    ...where,
    message: { zh: `${aboutZh(where)}${name.zh}：${shows.zh}`, en: `${aboutEn(where)}: ${name.en}: ${shows.en}` },
  };
}

const appended = (of: string): Bilingual => APPENDED[of] ?? ITEM;

const aboutZh = ({ segment, id, of }: Where): string =>
  [
    segment === undefined ? [] : [`第 ${segment} 封存段`],
    id === undefined ? [] : [`记录 ${id} ${of === undefined ? '' : `的${appended(of).zh}`}`],
  ]
    .flat()
    .join('，') || '日志';

const aboutEn = ({ segment, id, of }: Where): string =>
  [
    segment === undefined ? [] : [`segment ${segment}`],
    id === undefined ? [] : [`${of === undefined ? '' : `${appended(of).en} of `}record ${id}`],
  ]
    .flat()
    .join(', ') || 'the log';
