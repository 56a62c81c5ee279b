/** One index: its keys, and what it carries beside the table's own keys. */
interface IndexShape {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly projected: readonly string[];
}

export interface TableShape {
  readonly name: string;
  readonly partitionKey: 'pk';
  readonly sortKey: 'sk';
  readonly indexes: Readonly<Record<string, IndexShape>>;
  /** The attribute by which DynamoDB sweeps, in epoch seconds. */
  readonly ttl?: 'ttl';
}

/**
 * The tables as plain data, shared by the CDK stack, the local engine and the tests. Every key is a string, every
 * table has a stream with old and new images. All indexes exist from the first deployment.
 */
export const TABLES = {
  /** What is in force, and why. */
  registry: {
    name: 'Registry',
    partitionKey: 'pk',
    sortKey: 'sk',
    indexes: {
      bySource: { partitionKey: 'sourceBucket', sortKey: 'sourceRow', projected: ['digest', 'subject'] },
      /** What an authority owes by when, which of its listings were wrong, and those that it has made: nothing that came with a file. */
      byOwner: {
        partitionKey: 'owner',
        sortKey: 'due',
        projected: ['listing', 'subject', 'kind', 'provisional'],
      },
      /** Which listings a domain has, for its publication. */
      byDomain: { partitionKey: 'domainBucket', sortKey: 'domainRow', projected: ['subject'] },
      /** Matters that nobody has closed, by caller: nothing else stands in it. */
      unclosed: { partitionKey: 'unclosedOf', sortKey: 'openSince', projected: ['body'] },
      /** What somebody is to do, until it is done: a caller's open feedback and alerts, and imports by their state. */
      byWaiting: { partitionKey: 'waiting', sortKey: 'waitingSince', projected: ['v', 'body'] },
    },
  },
  /** What was asked and answered. */
  checkLog: {
    name: 'CheckLog',
    partitionKey: 'pk',
    sortKey: 'sk',
    ttl: 'ttl',
    indexes: {
      bySubject: {
        partitionKey: 'subject',
        sortKey: 'at',
        projected: [
          'outcome',
          'scene',
          'matter',
          'caller',
          'principal',
          'operator',
          'shown',
          'listings',
          'via',
          'ttl',
          'heldTtl',
          'look',
        ],
      },
      byCaller: {
        partitionKey: 'callerHit',
        sortKey: 'at',
        projected: [
          'outcome',
          'scene',
          'matter',
          'principal',
          'operator',
          'shown',
          'listings',
          'listingsBeside',
          'ttl',
          'heldTtl',
          'look',
        ],
      },
      byMatter: {
        partitionKey: 'callerMatter',
        sortKey: 'at',
        projected: [
          'outcome',
          'scene',
          'principal',
          'operator',
          'shown',
          'listings',
          'listingsBeside',
          'ttl',
          'heldTtl',
          'look',
        ],
      },
    },
  },
  /** What the log is held against: its seals, and what is noted of it until it is sealed. */
  seals: { name: 'Seals', partitionKey: 'pk', sortKey: 'sk', ttl: 'ttl', indexes: {} },
} as const satisfies Record<string, TableShape>;
