import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * What answers have in common, given to deflate beforehand: a clean check then fits one write unit (1,024 bytes with its
 * keys), which every one of them would otherwise miss by little. Records name the dictionary that they were packed
 * with, and a dictionary never changes: another content is another number.
 */
const DICTIONARIES: Readonly<Record<string, Buffer>> = {
  '1': Buffer.from(
    '"role":"applicant""role":"candidate""scheme":"resident-id""scheme":"org-code""scheme":"registration-no"' +
      '"effect":"restrict","effect":"warn","effect":"favour","grade":"ordinary","grade":null,"list":"red","list":"watch"' +
      '{"code":"source-stale","text":"来源“”已超过有效时限，不能据此作出结论"}{"code":"source-missing","text":"来源“”不可用' +
      '{"code":"identifier-required","text":"仅凭名称不能作出结论，请提供标识码"},{"code":"name-candidate","listingId":"' +
      '"listings":["listingId":"","list":"black","domain":"court-defaulters","authority":"人民法院","effect":"veto",' +
      '"grade":"serious","document":{"number":"（20）执号","type":"enforcement-decision","issuedOn":"2026-"},' +
      '"measure":{"code":"no-government-procurement","name":"禁止参加政府采购活动",' +
      '"legalBasis":"政府采购法第二十二条；财库〔2016〕125号"},"inForceUntil":null,"inForceUntil":"2027-",' +
      '"repair":{"repairable":true,"route":"向认定的单位申请信用修复"},' +
      '"remedy":"可向认定单位提出异议，或依法申请行政复议、提起行政诉讼"},{"listingId":"' +
      '"via":{"relation":"head-office"},"considered":[{"listingId":"","guard":"term"},{"listingId":"","guard":"scene"}' +
      '{"id":"","outcome":"veto","obligation":"must-not-grant","outcome":"indeterminate","obligation":"determine",' +
      '"outcome":"restrict","obligation":"grant-conditionally","outcome":"warn","obligation":"acknowledge",' +
      '"outcome":"favour","outcome":"pass","obligation":"may-grant","checkedAt":"2026-","expiresAt":"2026-",' +
      '"scene":"commendation","scene":"fiscal-fund","scene":"tendering","scene":"government-procurement",' +
      '"principal":{"scheme":"uscc","id":"1143","name":"政府采购中心"},"matter":{"id":"-2026-000","lot":"1","name":"采购项目公开招标",' +
      '"region":"430100","sector":"","mandatoryTender":true,"cutoffAt":"2026-T09:00:00+08:00"},"caller":"","operator":"",' +
      '"purpose":"qualification review at bid opening","catalogueVersion":"-2026.1","verdicts":[{"subject":{"scheme":"uscc",' +
      '"id":"9143","name":"有限公司","role":"bidder"},"outcome":"pass","standingVersion":0,"reasons":[],"notices":[],"omitted":0}],' +
      '"sources":[{"id":"court-defaulters-list","freshAsOf":"2026-T00:00:00.000Z","state":"fresh"},{"id":"tax-major-violation-list",' +
      '"freshAsOf":"2026-T00:00:00.000Z","state":"fresh"},{"id":"government-procurement-violation-list","freshAsOf":"2026-' +
      'T00:00:00.000Z","state":"fresh"}],"statement":"截至2026- （北京时间），有依法应予限制的情形，不得授予。"' +
      '"statement":"截至2026- （北京时间），在所列来源中未发现依法应限制的情形。"}\n' +
      '{"headSequence":,"subjects":[{"standings":[{"key":"o:","version":0}],"considered":[],"omittedReasons":[],"bases":[]}]}',
  ),
};
const CURRENT = '1';
/** Of what deflate gives at once: most bodies fit, and its own 16 KB would be fetched for each. */
const CHUNK_BYTES = 2_048;

export interface PackedBody {
  readonly dictionary: string;
  readonly bytes: Uint8Array;
}

/** The answer's bytes and the JSON that is kept beside them. JSON holds no bare line break, so one parts the two. */
export function packBody(answer: string, detail: string): PackedBody {
  return {
    dictionary: CURRENT,
    bytes: deflateRawSync(`${answer}\n${detail}`, { dictionary: dictionaryOf(CURRENT), chunkSize: CHUNK_BYTES }),
  };
}

/** Throws a RangeError for a dictionary that this version does not know. */
export function unpackBody({ dictionary, bytes }: PackedBody): { answer: string; detail: string } {
  const body = inflateRawSync(bytes, { dictionary: dictionaryOf(dictionary) }).toString('utf8');
  const end = body.indexOf('\n');
  return { answer: body.slice(0, end), detail: body.slice(end + 1) };
}

function dictionaryOf(number: string): Buffer {
  const dictionary = DICTIONARIES[number];
  if (!dictionary) throw new RangeError(`no dictionary ${number}`);
  return dictionary;
}
