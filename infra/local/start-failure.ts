/** Why the local stack cannot start, in one line for the person who started it: printed without a stack. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}
