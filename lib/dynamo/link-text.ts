import { ChainLink } from '../check/record.ts';

/** `writer.sequence.durable`, and with a predecessor `.digest.id`: short, as every record of the log carries one. */
export const linkText = ({ writer, sequence, durable, previous }: ChainLink): string =>
  [writer, sequence, durable, ...(previous ? [previous.digest, previous.id] : [])].join('.');

/** Throws where the text is no link. */
export function parseLink(text: string): ChainLink {
  const [writer, sequence, durable, digest, ...id] = text.split('.');
  return ChainLink.parse({
    writer,
    sequence: Number(sequence),
    durable: Number(durable),
    previous: digest === undefined ? null : { digest, id: id.join('.') },
  });
}
