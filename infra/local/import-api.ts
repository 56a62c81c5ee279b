import { createReadStream } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { Counts, ImportState, PlanSummary } from '../../lib/intake/import.ts';
import { problemText } from './problem-text.ts';
import { StartFailure } from './start-failure.ts';

const ImportAnswer = z.object({
  id: z.string(),
  state: z.custom<ImportState>((value) => ImportState.safeParse(value).success),
  source: z.string(),
  options: z.object({ dryRun: z.boolean().optional() }).optional(),
  proposedBy: z.string(),
  approvedBy: z.string().optional(),
  progress: z.object({ stage: z.string(), done: z.number(), of: z.number() }).optional(),
  plan: z.custom<PlanSummary>((value) => PlanSummary.safeParse(value).success).optional(),
  result: z.custom<Counts>((value) => Counts.safeParse(value).success).optional(),
  terms: z.object({ inForce: z.number(), over: z.number(), toCome: z.number() }).optional(),
  conflicts: z.record(z.string(), z.number()).optional(),
  refusal: z.object({ code: z.string(), detail: z.string() }).optional(),
  quarantine: z.url().optional(),
  planFile: z.url().optional(),
  upload: z.object({ url: z.url(), headers: z.record(z.string(), z.string()) }).optional(),
});
/** An import as the API shows it. */
export type ImportAnswer = z.infer<typeof ImportAnswer>;

const OTHER_LANGUAGE = 'en';
const UNAVAILABLE = 503;
/** At an import while the service is too busy to answer, each after as many seconds as it says. */
const LOOKS = 30;

/** The imports of an API, as a command asks for them. */
export class ImportApi {
  readonly #url: string;
  readonly #token: (client: 'admin' | 'approver') => Promise<string | undefined>;

  constructor(url: string, token: (client: 'admin' | 'approver') => Promise<string | undefined>) {
    this.#url = url;
    this.#token = token;
  }

  propose(order: object): Promise<ImportAnswer> {
    return this.#ask('admin', 'POST', '/v1/imports', order);
  }

  /**
   * Sends the file; `sent` is told how many bytes of it are on their way.
   * @throws StartFailure where the file is not taken as a whole
   */
  async upload({ upload }: ImportAnswer, file: string, sent: (bytes: number) => void): Promise<void> {
    if (!upload) throw new StartFailure('没有上传地址。There is no address to upload to.');
    const send = upload.url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = send(upload.url, { method: 'PUT', headers: upload.headers });
    const answered = new Promise<number>((resolve, reject) => {
      request.once('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.once('error', reject);
    });
    const sending = pipeline(createReadStream(file), counted(sent), request);
    const [status] = await Promise.all([answered, sending.catch(() => undefined)]);
    if (status !== 200)
      throw new StartFailure(
        status === 507
          ? '磁盘已满，文件未能上传；名单未变。The disk is full: the file was not uploaded, and the lists are as they were.'
          : `文件未能上传（${status}）；名单未变。The file was not uploaded (${status}); the lists are as they were.`,
      );
  }

  show(id: string): Promise<ImportAnswer> {
    return this.#ask('admin', 'GET', `/v1/imports/${id}`);
  }

  /** Why an import was refused or has failed, in both languages. */
  async refusal({ id, refusal }: ImportAnswer): Promise<string> {
    const other = await this.#ask('admin', 'GET', `/v1/imports/${id}`, undefined, OTHER_LANGUAGE);
    return `${refusal?.detail ?? ''}。${other.refusal?.detail ?? ''}.`;
  }

  /** Undefined where this command has nobody to approve as. */
  async approve(id: string): Promise<ImportAnswer | undefined> {
    if ((await this.#token('approver')) === undefined) return undefined;
    return await this.#ask('approver', 'POST', `/v1/imports/${id}/approval`);
  }

  async #ask(
    client: 'admin' | 'approver',
    method: string,
    path: string,
    body?: object,
    language?: string,
  ): Promise<ImportAnswer> {
    const answer = await this.#fetch(client, method, path, body, language);
    if (answer.ok) return ImportAnswer.parse(await answer.json());
    // A refusal changes nothing: asked again, it is said in the other language.
    const other = await this.#fetch(client, method, path, body, OTHER_LANGUAGE);
    const said = await Promise.all([answer, other].map((each) => problemText(each)));
    // A line for each language: of a refusal, its fields and what is wrong with them.
    throw new StartFailure([...new Set(said)].join('\n'));
  }

  async #fetch(client: 'admin' | 'approver', method: string, path: string, body?: object, language?: string) {
    for (let attempt = 1; ; attempt += 1) {
      const token = await this.#token(client);
      const answer = await fetch(this.#url + path, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          'content-type': 'application/json',
          ...(language !== undefined && { 'accept-language': language }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      // An import goes on by itself: whoever only watches it asks again, where the service is too busy to say.
      if (answer.status !== UNAVAILABLE || method !== 'GET' || attempt === LOOKS) return answer;
      await setTimeout(Number(answer.headers.get('retry-after') ?? 1) * 1_000);
    }
  }
}

function counted(told: (bytes: number) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform: (chunk: Buffer, _, next) => {
      bytes += chunk.length;
      told(bytes);
      next(null, chunk);
    },
  });
}
