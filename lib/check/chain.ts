import { randomBytes } from 'node:crypto';
import { recordDigest } from './digest.ts';
import type { ChainLink, CheckRecord } from './record.ts';

const WRITER_BYTES = 9;

/** A record in its place in the chain, with the digest that stands for it in seals and receipts. */
export interface Linked {
  readonly record: CheckRecord;
  readonly digest: string;
}

/**
 * The chain of one execution environment: each record names the one before it, at no request of its own. Places are
 * given out before the puts, so that puts under way at once never share one. A put that is not known to have written
 * its record ends the chain: what is under way keeps its place in it, what comes later begins another. `durable` tells
 * an absence that is a failed put from one that is not: it never passes a place whose put was not confirmed.
 */
export class WriterChain {
  #writer = newWriter();
  #sequence = 0;
  #durable = 0;
  #confirmedBeyond = new Set<number>();
  #previous: ChainLink['previous'] = null;
  /** The latest record that is known to be written: what the first of the next chain names. */
  #confirmed: ChainLink['previous'] = null;

  /** Gives the record its place. Every place given out is to be told the end of: {@link written}, or {@link broken}. */
  link(unlinked: Omit<CheckRecord, 'link'>): Linked {
    this.#sequence += 1;
    const { writer, sequence, durable, previous } = {
      writer: this.#writer,
      sequence: this.#sequence,
      durable: this.#durable,
      previous: this.#previous,
    };
    const record = { ...unlinked, link: { writer, sequence, durable, previous } };
    const digest = recordDigest(record);
    this.#previous = { id: record.id, digest };
    return { record, digest };
  }

  /** The record is known to be durable. */
  written({ record: { id, link }, digest }: Linked): void {
    if (link.writer !== this.#writer) return;
    this.#confirmed = { id, digest };
    this.#confirmedBeyond.add(link.sequence);
    while (this.#confirmedBeyond.delete(this.#durable + 1)) this.#durable += 1;
  }

  /** The put timed out, or failed, or met another's record: whether this place was ever filled is not known here. */
  broken({ record: { link } }: Linked): void {
    if (link.writer !== this.#writer) return;
    this.#writer = newWriter();
    this.#sequence = 0;
    this.#durable = 0;
    this.#confirmedBeyond = new Set();
    this.#previous = this.#confirmed;
  }
}

const newWriter = (): string => randomBytes(WRITER_BYTES).toString('base64url');
