/**
 * What can go wrong between a client and Temporal, told apart so that a script can act on it.
 *
 * - `Unreachable`: no Temporal answers at the address.
 * - `NoWorker`: Temporal answers, but nothing polls the queue, so that nothing would happen.
 * - `NoSuchRun`: Temporal knows no run of this id, or no longer.
 * - `Refused`: the run did not accept the message, and says why.
 * - `VersionSkew`: a worker runs another version of Evenkeel than this client.
 * - `BadProfile`: Temporal's own configuration (file or `TEMPORAL_*` variables) cannot be read.
 */
export type ClientErrorType = 'Unreachable' | 'NoWorker' | 'NoSuchRun' | 'Refused' | 'VersionSkew' | 'BadProfile';

/** An error of the client, with the next move. */
export class ClientError extends Error {
  override readonly name = 'ClientError';

  constructor(
    readonly type: ClientErrorType,
    message: string,
    /** What to do next. */
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
