import { globSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { build, type Metafile, type Plugin } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '..');
const BYTES_PER_KB = 1000;

/** A bundle: what went into it, and its size. */
export interface Bundle {
  readonly name: string;
  readonly bytes: number;
  /** The sources of which anything is in it, as paths from the project's root. */
  readonly inputs: readonly string[];
}

/**
 * A Lambda function has its credentials in the environment. The SDK's default chain would add profile files, SSO,
 * STS and instance metadata: 132 KB and 15 ms of every cold start. The embedded engine's client passes its own.
 */
const environmentCredentials: Plugin = {
  name: 'environment-credentials',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path, resolveDir }) => ({
      path,
      namespace: 'environment-credentials',
      pluginData: resolveDir,
    }));
    onLoad({ filter: /.*/, namespace: 'environment-credentials' }, ({ pluginData }) => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
      resolveDir: pluginData,
    }));
  },
};

/**
 * The table of Traditional characters, deflated: 29 KB of characters that would make the whole bundle a two-byte string,
 * which takes V8 twice as long to compile.
 */
const deflatedTable: Plugin = {
  name: 'deflated-table',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]opencc-js[\\/].*[\\/]TSCharacters\.js$/ }, async ({ path }) => {
      const { default: table } = await import(pathToFileURL(path).href);
      const packed = deflateRawSync(String(table)).toString('base64');
      return {
        contents: `import { inflateRawSync } from 'node:zlib';
          export default inflateRawSync(Buffer.from('${packed}', 'base64')).toString();`,
      };
    });
  },
};

/** The folder of profiles is read where the sources run; a bundle has no folder beside it and carries them. */
const carriedProfiles: Plugin = {
  name: 'carried-profiles',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]intake[\\/]profile-files\.ts$/ }, ({ path }) => {
      const folder = join(dirname(path), 'profiles');
      const names = globSync('*.json', { cwd: folder }).sort();
      return {
        contents: `${names.map((name, index) => `import p${index} from './profiles/${name}';`).join('\n')}
          export const PROFILE_FILES = [${names.map((_, index) => `p${index}`).join(', ')}];`,
        resolveDir: dirname(path),
        watchFiles: names.map((name) => join(folder, name)),
      };
    });
  },
};

/** The functions that exist, by the names of their folders. */
export const functionNames = (): string[] =>
  globSync('functions/*/index.ts', { cwd: ROOT })
    .map((file) => basename(dirname(file)))
    .sort();

/**
 * Bundles one function into `<folder>/index.js`, with all that it needs. Writes nothing where `folder` is left out.
 * @param others plugins before its own: a benchmark leaves a part out, to tell what that part takes
 */
export async function bundleFunction(name: string, folder?: string, others: readonly Plugin[] = []): Promise<Bundle> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`functions/${name}/index.ts`],
    outfile: join(folder ?? `dist/${name}`, 'index.js'),
    write: folder !== undefined,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    // As an ES module the same code starts 45 ms later: node:http is then loaded through its ESM facade.
    format: 'cjs',
    // The packages' ES sources: only they can be shaken. `main` alone takes the SDK whole.
    mainFields: ['module', 'main'],
    sourcemap: 'external',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [...others, environmentCredentials, deflatedTable, carriedProfiles],
  });
  // The project's own package.json says `module`; in the bundle's folder this one is nearer.
  if (folder !== undefined) await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}\n');
  return { name, ...summaryOf(metafile) };
}

function summaryOf({ outputs }: Metafile): Pick<Bundle, 'bytes' | 'inputs'> {
  const { bytes = 0, inputs = {} } = Object.values(outputs).find(({ entryPoint }) => entryPoint !== undefined) ?? {};
  const kept = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return { bytes, inputs: kept.map(([file]) => file) };
}

if (import.meta.main) {
  const dist = join(ROOT, 'dist');
  const names = functionNames();
  // In place: what runs from dist/ meanwhile always finds a bundle.
  for (const name of globSync('*', { cwd: dist }))
    if (!names.includes(name)) await rm(join(dist, name), { recursive: true });
  const bundles = await Promise.all(names.map((name) => bundleFunction(name, join(dist, name))));
  console.table(Object.fromEntries(bundles.map(({ name, bytes }) => [name, { KB: Math.round(bytes / BYTES_PER_KB) }])));
}
