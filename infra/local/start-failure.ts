/** Why the local stack cannot start, in one line for the person who started it: printed without a stack. */
export class StartFailure extends Error {
  override readonly name: string = 'StartFailure';
}

/** What was asked for is none of what a command does: nothing was looked at. */
export class UsageFailure extends StartFailure {
  override readonly name = 'UsageFailure';
}
