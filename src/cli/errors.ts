/** What the operator typed cannot be done as typed: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(
    message: string,
    /** What to type instead. */
    readonly remedy?: string,
  ) {
    super(message);
  }
}

/** Something on this machine failed that has nothing to do with how it was asked for: exit code 1. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';

  constructor(
    message: string,
    readonly remedy?: string,
  ) {
    super(message);
  }
}
