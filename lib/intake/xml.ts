import { SaxesParser } from 'saxes';
import { FileFault } from './file-fault.ts';
import { MAX_RECORD_LENGTH } from './record.ts';

/** What is done with the tags and the text of one part of a workbook. Names come without their namespace's prefix. */
export interface XmlHandlers {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
}

/** Called after each piece: what has been read so far can be taken out. */
type Drain<T> = () => Iterable<T>;

/**
 * Reads XML as it arrives. Entities of its own, the means of the billion-laughs attack, are refused with the document
 * type that would declare them.
 * @throws FileFault for what is not well-formed, and for a text or a tag beyond the bound, before it is held whole
 */
export async function* readXml<T>(
  bytes: AsyncIterable<Uint8Array>,
  handlers: XmlHandlers,
  drain: Drain<T>,
): AsyncGenerator<T> {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  let sinceTag = 0;
  parser.on('opentag', ({ name, attributes }) => {
    sinceTag = 0;
    handlers.open(localName(name), attributes);
  });
  parser.on('closetag', ({ name }) => {
    sinceTag = 0;
    handlers.close(localName(name));
  });
  parser.on('text', (text) => handlers.text(text));
  parser.on('cdata', (text) => handlers.text(text));
  parser.on('doctype', () => {
    throw unreadable();
  });
  parser.on('error', () => {
    throw unreadable();
  });
  const decode = strictUtf8();
  for await (const chunk of bytes) {
    const text = decode(chunk);
    sinceTag += text.length;
    parser.write(text);
    if (sinceTag > MAX_RECORD_LENGTH)
      throw new FileFault('record-too-long', {
        zh: '工作簿中有超过 1 MB 的单元格',
        en: 'a cell of the workbook is longer than 1 MB',
      });
    yield* drain();
  }
  parser.write(decode());
  parser.close();
  yield* drain();
}

/** Reads a part to its end. */
export async function readXmlWhole(bytes: AsyncIterable<Uint8Array>, handlers: XmlHandlers): Promise<void> {
  // Nothing is drained, so the first step is the last.
  await readXml<never>(bytes, handlers, () => []).next();
}

function strictUtf8(): (chunk?: Uint8Array) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return (chunk) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw unreadable();
    }
  };
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

export const unreadable = (): FileFault =>
  new FileFault('unreadable-workbook', {
    zh: '工作簿已损坏或不是 XLSX，请用 Excel、WPS 重新另存',
    en: 'the workbook is damaged or no XLSX: save it again in Excel or WPS',
  });
