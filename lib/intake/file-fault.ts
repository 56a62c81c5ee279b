import type { Bilingual } from '../kernel/text.ts';

export type FileFaultCode =
  | 'file-too-large'
  | 'empty-file'
  | 'no-rows'
  | 'wrong-encoding'
  | 'truncated-file'
  | 'damaged-file'
  | 'expands-too-much'
  | 'old-workbook'
  | 'not-a-list'
  | 'unreadable-workbook'
  | 'workbook-too-large'
  | 'several-sheets'
  | 'bad-profile'
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
