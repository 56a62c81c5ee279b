import type { Bilingual } from '../kernel/text.ts';

export type FileFaultCode =
  | 'empty-file'
  | 'no-rows'
  | 'not-utf-8'
  | 'unclosed-quote'
  | 'record-too-long'
  | 'unreadable-csv'
  | 'missing-columns'
  | 'repeated-columns'
  | 'unknown-columns'
  | 'unknown-source'
  | 'profile-not-catalogued';

/** Why a file cannot be taken in at all: nothing of it is, as half a list would look like a whole one. */
export class FileFault extends Error {
  readonly code: FileFaultCode;
  readonly detail: Bilingual;

  constructor(code: FileFaultCode, detail: Bilingual) {
    super(detail.en);
    this.name = 'FileFault';
    this.code = code;
    this.detail = detail;
  }
}
