/** Prints how a command is used where its arguments ask for that; whether they did. */
export function helped(argv: readonly string[], help: string): boolean {
  if (!argv.includes('--help')) return false;
  console.log(help);
  return true;
}
