import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { PROFILES } from '../../lib/intake/profiles.ts';
import { StartFailure } from './start-failure.ts';

const USAGE = 'npm run import -- <file> --profile <name> [--source <id>] [--full] [--dry-run] (--help)';

const HELP = `${USAGE}

  把名单文件导入名单库；文件须为来源的全部时加 --full，文件中没有的记录即告终止。
  Brings a list file in. With --full the file is the whole of its source, and ends what it no longer contains.

  --profile <name>    模板 how the file is read: ${[...PROFILES.keys()].join(', ')}
  --source <id>       来源 a source of the catalogue, instead of the profile's own
  --full              全量 the file is the whole of its source
  --dry-run           只出方案 plans, and writes nothing into the lists
  --as-of <time>      数据截止时间 the moment for which the file is complete (now), e.g. 2026-11-20T00:00:00+08:00
  --encoding <name>   编码 of a text file, where it is not to be detected
  --given <name=value> 随文件说明 what the file leaves out and its profile lets be stated, e.g. issuedOn=2026-03-01; may be repeated
  --allow <what>      允许 empty, shrink (over 20 % of the source ends), older (than what was taken in); may be repeated
  --rate <rows>       每秒最多写入行数 rows written in a second at most

  GRANTGATE_URL and GRANTGATE_TOKEN (and GRANTGATE_APPROVER_TOKEN, of another person) bring the file into another
  deployment. Without them: the running \`npm start\`, or the data folder, as the demo clients admin and approver.
`;

export interface Command {
  readonly file: string;
  /** The body of `POST /v1/imports`. */
  readonly order: object;
}

/**
 * What was asked for; undefined where it was help.
 * @throws StartFailure
 */
export function readCommand(argv: readonly string[]): Command | undefined {
  const { values, positionals } = parsed(argv);
  if (values.help) {
    console.log(HELP);
    return undefined;
  }
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new StartFailure(`用法 Usage: ${USAGE}`);
  if (!PROFILES.has(values.profile ?? ''))
    throw new StartFailure(
      `${values.profile === undefined ? '缺少 --profile' : `没有模板 ${values.profile}`}。Known profiles: ${[...PROFILES.keys()].join(', ')}.`,
    );
  if (!existsSync(file) || !statSync(file).isFile()) throw new StartFailure(`没有这个文件。There is no file ${file}.`);
  const rowsPerSecond = values.rate === undefined ? undefined : Number(values.rate);
  return {
    file,
    order: {
      profile: values.profile,
      ...(values.source !== undefined && { source: values.source }),
      mode: values.full ? 'full' : 'delta',
      ...(values['as-of'] !== undefined && { asOf: values['as-of'] }),
      file: { name: basename(file), size: statSync(file).size },
      options: {
        ...(values['dry-run'] && { dryRun: true }),
        ...(values.allow && { allow: values.allow }),
        ...(values.encoding !== undefined && { encoding: values.encoding }),
        ...(values.given && { given: givenIn(values.given) }),
        ...(rowsPerSecond !== undefined && { rowsPerSecond }),
      },
    },
  };
}

function givenIn(stated: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    stated.map((each) => {
      const at = each.indexOf('=');
      if (at < 1) throw new StartFailure(`--given 应为 名称=值。--given takes name=value: ${each}`);
      return [each.slice(0, at), each.slice(at + 1)];
    }),
  );
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        profile: { type: 'string' },
        source: { type: 'string' },
        full: { type: 'boolean' },
        'dry-run': { type: 'boolean' },
        'as-of': { type: 'string' },
        encoding: { type: 'string' },
        given: { type: 'string', multiple: true },
        allow: { type: 'string', multiple: true },
        rate: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new StartFailure(`${error instanceof Error ? error.message : ''} 用法 Usage: ${USAGE}`);
  }
}
