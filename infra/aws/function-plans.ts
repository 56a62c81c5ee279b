import { TABLES } from '../../lib/dynamo/tables.ts';
import type { Variable } from '../../lib/edge/env.ts';
import type { FunctionName } from '../../lib/edge/routes.ts';
import { WORKER_NODE_OPTIONS } from '../intake-settings.ts';
import type { BucketAccess, TableAccess } from './permissions.ts';

/** The functions that are deployed: those that answer a route, the consumers of the tables' streams, and what a schedule or an upload starts. */
export type DeployedFunction =
  | FunctionName
  | 'meter'
  | 'outgoing'
  | 'alerter'
  | 'expiry'
  | 'sweeper'
  | 'tallier'
  | 'witness'
  | 'sealer'
  | 'intake';

/** The variables that a deployment sets: the region is Lambda's own, an endpoint is for the embedded engine only. */
export type DeployedVariable = Exclude<
  Variable,
  'AWS_REGION' | 'DYNAMODB_ENDPOINT' | 'EVENTS_ENDPOINT' | 'INTAKE_ENDPOINT' | 'SEAL_AFTER_SECONDS'
>;

export interface FunctionPlan {
  readonly description: string;
  /** Of the person who meets it, when the function crashes, times out or is throttled. */
  readonly suffering: string;
  readonly memoryMb: number;
  /** Seconds. */
  readonly timeout: number;
  readonly variables: readonly DeployedVariable[];
  /** What its Node is told, where the runtime's own bounds do not suit it. */
  readonly nodeOptions?: readonly string[];
  readonly registry?: TableAccess;
  readonly checkLog?: TableAccess;
  readonly seals?: TableAccess;
  readonly sealsBucket?: { readonly actions: readonly ['s3:PutObject'] };
  /** What it is given more where records are archived as they are inserted. */
  readonly whenArchiving?: Pick<FunctionPlan, 'variables' | 'registry' | 'archive'>;
  /** By action, under which prefixes of the archive of records. */
  readonly archive?: BucketAccess;
  readonly bus?: { readonly actions: readonly ['events:PutEvents'] };
  /** By action, under which prefixes of the intake bucket. */
  readonly intake?: BucketAccess;
  /** Whether it may start the flow of the intake. */
  readonly startsIntake?: true;
}

const MINUTE = 60;
const SMALL_MB = 512;
/** Twice the processor: deciding is arithmetic, a batch is a hundred of it, and a caller waits at a counter. */
const CHECK_MB = 1024;
/** Well above the client's three attempts of 700 ms, for a read and a write. */
const USUAL_TIMEOUT = 10;
/** A batch of 100; just below the 30 seconds after which the gateway gives up. */
const BATCH_TIMEOUT = 29;
/** What one run does not come to, the next one does. */
const SWEEPER_TIMEOUT = 5 * MINUTE;
const METER_TIMEOUT = 30;
/** After an outage there is a day to seal; what one run does not reach, the next one does. */
const SEALER_TIMEOUT = 5 * MINUTE;
/** It ends by its own bound of pages, well before; the wait for the log to settle is five seconds. */
const ALERTER_TIMEOUT = 60;
/** A batch of 100 in groups of ten; a group that is refused is tried four times in at most 14 seconds, and is the last. */
const OUTGOING_TIMEOUT = 60;
/** As long as a function may run: a run ends by its own limits, well before. */
const EXPIRY_TIMEOUT = 15 * MINUTE;
/** As long as Lambda lets: counting a day is one piece, and its records are read once. */
const TALLIER_TIMEOUT = 15 * MINUTE;
/** As long as Lambda lets: reading a file is one step. */
const STEP_TIMEOUT = 15 * MINUTE;

/** The partitions of the looks at the log. */
const LOOKS = ['LOOK#*', 'LOOKERS'];
/** Records, and what is appended to them. */
const RECORDS = 'C#*';
/** Grants under their references and under their subjects. */
const GRANTS = ['G#*', 'GS#*'];
/** Matters with a hold that is being carried to their records. */
const HELD = 'HELD';
/** Matters, their places in the order of deletion, and how many are deleted when. */
const MATTERS = ['M#*', 'SWEEP#*', 'FORECAST#*'];

const usual = { memoryMb: SMALL_MB, timeout: USUAL_TIMEOUT };

/**
 * What each function is given and may do: nothing that does not stand here, and nothing that its code does not call.
 * A transaction is authorised as the puts in it. Where `writesTo` is left out, it writes all over the lists.
 */
export const FUNCTION_PLANS: Readonly<Record<DeployedFunction, FunctionPlan>> = {
  check: {
    description: 'Answers one question before a grant, and records it',
    suffering: 'callers get no verdict, and no grant can be checked',
    memoryMb: CHECK_MB,
    timeout: BATCH_TIMEOUT,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'PERSON_KEYRING', 'RECORD_KEY', 'SIGNING_KEYS'],
    registry: { actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'] },
    // Updating and deleting are for nobody. That a put creates and does not overwrite is the function's own
    // condition; IAM cannot ask for it, so the meter raises an alarm if it should ever not hold.
    checkLog: { actions: ['dynamodb:PutItem'], writesTo: [RECORDS] },
  },
  review: {
    description: 'Finds and shows recorded checks',
    suffering: 'auditors and callers cannot look a recorded check up',
    ...usual,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'PERSON_KEYRING', 'RECORD_KEY'],
    registry: { actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'] },
    // No look on record, and nothing is shown.
    checkLog: {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      indexes: Object.keys(TABLES.checkLog.indexes),
      writesTo: [...LOOKS, RECORDS],
    },
  },
  looks: {
    description: 'Shows who looked at the log',
    suffering: 'the chief auditor cannot see who looked at recorded checks',
    ...usual,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'PERSON_KEYRING', 'RECORD_KEY'],
    registry: { actions: ['dynamodb:GetItem'] },
    checkLog: {
      actions: ['dynamodb:PutItem', 'dynamodb:Query'],
      indexes: Object.keys(TABLES.checkLog.indexes),
      writesTo: LOOKS,
    },
  },
  proof: {
    description: 'Proves that a check is under a signed seal',
    suffering: 'auditors and callers get no proof that a record is untouched',
    ...usual,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'SEALS_TABLE'],
    // The matters: what is past its time is not shown.
    registry: { actions: ['dynamodb:BatchGetItem', 'dynamodb:Query'] },
    checkLog: { actions: ['dynamodb:PutItem', 'dynamodb:Query'], writesTo: LOOKS },
    seals: { actions: ['dynamodb:GetItem', 'dynamodb:Query'] },
  },
  determination: {
    description: "Appends a person's decision on an indeterminate check",
    suffering: 'nobody can decide an indeterminate check, so those grants wait',
    ...usual,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE'],
    registry: {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      writesTo: ['FU#*'],
    },
    checkLog: { actions: ['dynamodb:PutItem', 'dynamodb:Query'], writesTo: [RECORDS] },
  },
  catalogue: {
    description: 'Shows and publishes the catalogue, throws its switches',
    suffering: 'a measure cannot be switched off, and nobody can read the catalogue',
    ...usual,
    variables: ['REGISTRY_TABLE'],
    // The head is updated: the head of the last seal stands on the same item.
    registry: {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      writesTo: ['HEAD', 'CAT#*', 'CALENDARS'],
    },
  },
  callers: {
    description: 'Registers, approves and suspends callers',
    suffering: 'a new agency system cannot be registered, and none can be suspended',
    ...usual,
    variables: ['REGISTRY_TABLE'],
    registry: {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      writesTo: ['CALLER#*', 'CALLERS'],
    },
  },
  aliases: {
    description: 'Ties identifiers and successors to subjects, proposed by one person and signed by another',
    suffering: 'nobody can tie an old number or a successor to a subject, nor take back a tie that was mistaken',
    ...usual,
    variables: ['REGISTRY_TABLE', 'RECORD_KEY'],
    registry: {
      actions: [
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
      ],
      indexes: ['byOwner'],
      // Papers and what they tie; standings with their events; what ends in the same transaction.
      writesTo: ['ALIAS#*', 'A#*', 'S#*', 'ENDED#*'],
    },
  },
  grants: {
    description: 'Accepts reports of grants that their checks allow',
    suffering: 'grants cannot be reported on their checks',
    ...usual,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'PERSON_KEYRING', 'RECORD_KEY'],
    registry: {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      writesTo: ['VIOLATIONS'],
    },
    checkLog: {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      indexes: ['bySubject'],
      writesTo: [RECORDS, ...GRANTS],
    },
  },
  reconciliation: {
    description: 'Holds lists of grants against the log',
    suffering: 'auditors cannot find what was granted without a check',
    memoryMb: CHECK_MB,
    timeout: BATCH_TIMEOUT,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'PERSON_KEYRING', 'RECORD_KEY'],
    registry: {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      writesTo: ['VIOLATIONS'],
    },
    checkLog: {
      actions: ['dynamodb:PutItem', 'dynamodb:Query'],
      indexes: ['bySubject'],
      writesTo: [...LOOKS, 'COVERAGE#*'],
    },
  },
  feedback: {
    description: 'Takes feedback and cases on checks, and lists what is overdue and what was reported',
    suffering: 'callers cannot report what they carried out, and nobody sees what is overdue',
    ...usual,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'RECORD_KEY'],
    registry: {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      indexes: ['byWaiting'],
      writesTo: ['FU#*'],
    },
    checkLog: {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      indexes: ['byCaller'],
      writesTo: [...LOOKS, RECORDS],
    },
  },
  alerts: {
    description: 'Shows alerts, and takes their acknowledgements',
    suffering: 'callers do not see who was listed after they had checked',
    ...usual,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'RECORD_KEY'],
    registry: {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      indexes: ['byWaiting'],
      writesTo: ['ALERT#*', ...MATTERS],
    },
    checkLog: { actions: ['dynamodb:PutItem'], writesTo: LOOKS },
  },
  violations: {
    description: 'Shows the register of violations',
    suffering: 'auditors cannot read the register of violations',
    ...usual,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'RECORD_KEY'],
    registry: { actions: ['dynamodb:Query'] },
    checkLog: { actions: ['dynamodb:PutItem'], writesTo: LOOKS },
  },
  receipt: {
    description: 'Shows the receipt of a check, as a page to print or as the signed text',
    suffering: 'nobody can print the receipt of a check for the file',
    ...usual,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE'],
    registry: { actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'] },
    checkLog: { actions: ['dynamodb:PutItem', 'dynamodb:Query'], writesTo: LOOKS },
  },
  replay: {
    description: 'Decides a recorded check again, at the catalogue and the standings of its own time',
    suffering: 'auditors cannot prove that a recorded check was decided rightly',
    ...usual,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE'],
    registry: { actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'] },
    checkLog: { actions: ['dynamodb:PutItem', 'dynamodb:Query'], writesTo: LOOKS },
  },
  keys: {
    description: 'Publishes the keys that receipts and seals are verified with, and verifies receipts for everyone',
    suffering: 'nobody can fetch the keys to verify a receipt with, nor scan one',
    ...usual,
    variables: ['SIGNING_KEYS'],
  },
  publications: {
    description: 'Shows everyone what the catalogue lets be public of the lists',
    suffering: 'the public cannot see who is listed or has left a list',
    ...usual,
    variables: ['REGISTRY_TABLE', 'RECORD_KEY'],
    registry: { actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'], indexes: ['byDomain'] },
  },
  standings: {
    description: 'Tells what the lists say of a subject, now or at a past moment',
    suffering: 'stewards and auditors cannot see what is or was held about a subject',
    ...usual,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'PERSON_KEYRING', 'RECORD_KEY'],
    registry: { actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'] },
    checkLog: {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      indexes: ['bySubject'],
      writesTo: LOOKS,
    },
  },
  listings: {
    description: 'Carries listings through their life: proposals, decisions, objections, repairs',
    suffering: 'nobody can be listed, and no objection or repair takes effect',
    ...usual,
    variables: ['REGISTRY_TABLE', 'PERSON_KEYRING'],
    registry: {
      actions: [
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
    },
  },
  registers: {
    description: 'Shows what is kept and owed on lists, and the checks that a wrong listing decided',
    suffering: 'nobody sees what waits or is overdue, or whom a wrong listing has harmed',
    ...usual,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'RECORD_KEY'],
    registry: { actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'], indexes: ['byOwner'] },
    checkLog: { actions: ['dynamodb:PutItem', 'dynamodb:Query'], indexes: ['bySubject'], writesTo: LOOKS },
  },
  imports: {
    description: 'Takes proposals of imports, shows and approves them, and says how good the sources are',
    suffering: 'no list file can be proposed or approved, and nobody sees how far an import has come',
    ...usual,
    variables: ['REGISTRY_TABLE', 'INTAKE_BUCKET', 'INTAKE_FLOW'],
    registry: {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      indexes: ['byWaiting'],
    },
    // Its links carry its own rights: for uploading, and for fetching the files that are for persons to read.
    intake: { 's3:PutObject': ['uploads/'], 's3:GetObject': ['plans/', 'quarantine/'] },
    startsIntake: true,
  },
  intake: {
    description: 'Reads, compares and writes list files, one step of an import at a time',
    suffering: 'list files are not taken in, and the sources grow stale',
    memoryMb: CHECK_MB,
    timeout: STEP_TIMEOUT,
    variables: ['REGISTRY_TABLE', 'PERSON_KEYRING', 'INTAKE_BUCKET'],
    nodeOptions: WORKER_NODE_OPTIONS,
    registry: {
      actions: [
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      indexes: ['bySource'],
    },
    intake: { 's3:GetObject': ['uploads/', 'work/'], 's3:PutObject': ['work/', 'plans/', 'quarantine/'] },
  },
  openapi: {
    description: 'Shows the description of the API',
    suffering: 'integrators cannot read the description of the API',
    ...usual,
    variables: [],
  },
  retention: {
    description: 'Takes the closings of matters and the holds on them, and foretells what will be deleted',
    suffering: 'no matter can be closed or held, and nobody sees what will be deleted',
    ...usual,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'RECORD_KEY'],
    registry: {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      indexes: ['unclosed', 'byWaiting'],
      writesTo: [...MATTERS, 'HOLD#*', HELD],
    },
    checkLog: { actions: ['dynamodb:PutItem', 'dynamodb:Query'], indexes: ['byMatter'], writesTo: LOOKS },
  },
  statistics: {
    description: 'Counts checks and interceptions by day, scene, domain and whatever else is asked',
    suffering: 'nobody sees how many checks there were, and how many interceptions',
    memoryMb: CHECK_MB,
    timeout: BATCH_TIMEOUT,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'RECORD_KEY'],
    registry: { actions: ['dynamodb:GetItem', 'dynamodb:Query'], indexes: ['byWaiting'] },
    checkLog: {
      actions: ['dynamodb:PutItem', 'dynamodb:Query'],
      indexes: ['byCaller'],
      writesTo: [...LOOKS, 'TALLY#*'],
    },
  },
  tallier: {
    description: 'Counts each day once it is closed',
    suffering: 'statistics of the last days are counted only when somebody asks for them, and slowly',
    memoryMb: CHECK_MB,
    timeout: TALLIER_TIMEOUT,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'RECORD_KEY'],
    registry: { actions: ['dynamodb:GetItem'] },
    checkLog: { actions: ['dynamodb:PutItem', 'dynamodb:Query'], indexes: ['byCaller'], writesTo: ['TALLY#*'] },
  },
  sweeper: {
    description:
      'Deletes records and papers of ended listings whose time has come, and keeps TTL from what a hold is on',
    suffering: 'records are kept longer than the law allows, and holds are not carried to them',
    memoryMb: SMALL_MB,
    timeout: SWEEPER_TIMEOUT,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE'],
    // Of ended listings: a tombstone, their cases, and the papers beside what a source's file is compared with.
    registry: {
      actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      writesTo: ['ALERT#*', 'ENDED#*', 'FU#*', 'L#*', HELD, ...MATTERS],
    },
    // Nobody else may delete, and nobody else may change anything: it the terms alone.
    checkLog: {
      actions: ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      indexes: ['byMatter'],
      writesTo: [RECORDS, ...GRANTS],
      changes: ['ttl', 'heldTtl'],
    },
  },
  meter: {
    description:
      'Watches the CheckLog for changed and removed records, meters callers, counts looks, registers matters',
    suffering: 'a changed record goes unnoticed, and a caller over its quota is not held back',
    memoryMb: SMALL_MB,
    timeout: METER_TIMEOUT,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE'],
    registry: {
      actions: ['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      writesTo: ['CALLER#*', 'FU#*', 'LOOKING#*', 'VIOLATIONS', ...MATTERS],
    },
    // The tombstones, which tell a deletion by rule from any other.
    checkLog: { actions: ['dynamodb:GetItem'] },
  },
  witness: {
    description: 'Notes the digest of every new record for the sealer, and archives it where that is wanted',
    suffering: 'new records are not sealed, and what is taken from the log until then may go unnoticed',
    memoryMb: SMALL_MB,
    timeout: METER_TIMEOUT,
    variables: ['SEALS_TABLE'],
    seals: { actions: ['dynamodb:GetItem', 'dynamodb:PutItem'] },
    whenArchiving: {
      variables: ['REGISTRY_TABLE', 'ARCHIVE_BUCKET'],
      // How long the scenes keep.
      registry: { actions: ['dynamodb:GetItem'] },
      archive: { 's3:PutObject': ['records/'], 's3:PutObjectRetention': ['records/'] },
    },
  },
  sealer: {
    description: 'Seals the CheckLog in segments, some minutes after',
    suffering: 'records stay unsealed, and callers get no proof of them',
    memoryMb: SMALL_MB,
    timeout: SEALER_TIMEOUT,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'SEALS_TABLE', 'SEALS_BUCKET', 'SIGNING_KEYS'],
    // The head of the last seal, on the item that every check reads.
    registry: { actions: ['dynamodb:UpdateItem'], writesTo: ['HEAD'] },
    // A gap is settled by one consistent read; of the log it can write nothing.
    checkLog: { actions: ['dynamodb:GetItem'] },
    seals: { actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'] },
    sealsBucket: { actions: ['s3:PutObject'] },
  },
  outgoing: {
    description: 'Tells the event bus what happened to listings',
    suffering: 'those who keep a copy of the lists do not hear of entries, exits and corrections',
    memoryMb: SMALL_MB,
    timeout: OUTGOING_TIMEOUT,
    variables: ['EVENT_BUS'],
    bus: { actions: ['events:PutEvents'] },
  },
  alerter: {
    description: 'Raises alerts to the callers whose checks a change of a listing concerns',
    suffering: 'callers do not hear who was listed after they had checked, or freed after a veto',
    memoryMb: SMALL_MB,
    timeout: ALERTER_TIMEOUT,
    variables: ['REGISTRY_TABLE', 'CHECK_LOG_TABLE', 'EVENT_BUS'],
    registry: {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      writesTo: ['ALERT#*', 'ALERTING#*'],
    },
    checkLog: { actions: ['dynamodb:Query'], indexes: ['bySubject'] },
    bus: { actions: ['events:PutEvents'] },
  },
  expiry: {
    description: 'Ends the listings whose last day has passed',
    suffering: 'exits by expiry are not put on record and not told, though no check counts them',
    memoryMb: SMALL_MB,
    timeout: EXPIRY_TIMEOUT,
    variables: ['REGISTRY_TABLE'],
    // The scan is for the domains that are abolished, once each.
    registry: {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan'],
      indexes: ['bySource'],
    },
  },
};
