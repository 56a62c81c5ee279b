// Loaded first by every npm script: sources are TypeScript that Node 24 runs as it is.
// Node 24 comes from the `node` devDependency; `npm ci --ignore-scripts` silently leaves it out.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Grantgate runs on Node 24, this is ${process.version}. ` +
      'Run `npm ci` without --ignore-scripts: it installs Node 24 beside the project, and `npm run` uses it.',
  );
  process.exit(1);
}
