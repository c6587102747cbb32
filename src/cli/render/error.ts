import { CommanderError } from 'commander';
import { ZodError } from 'zod';
import { isAway, isMissingNamespace, saidByCall } from '../../client/away.js';
import { ClientError, type ClientErrorType } from '../../client/errors.js';
import { EngineAway } from '../../docker/engine.js';
import { EXIT } from '../../spec/outcome.js';
import { StateTooNew } from '../../store/state-format.js';
import { CommandFailed, UsageError } from '../errors.js';

/** An error as scripts read it with `--json`. */
export interface ErrorAccount {
  type: string;
  message: string;
  exitCode: number;
  remedy?: string;
}

const EXIT_OF_CLIENT_ERROR: Record<ClientErrorType, number> = {
  Unreachable: EXIT.unreachable,
  NoWorker: EXIT.unreachable,
  NoSuchRun: EXIT.usage,
  Refused: EXIT.rejected,
  VersionSkew: EXIT.unreachable,
  BadProfile: EXIT.usage,
};

/** What an error means for whoever called the command. The one place that decides it. */
export function accountOf(error: unknown): ErrorAccount {
  if (error instanceof ClientError)
    return account(error.type, error.message, EXIT_OF_CLIENT_ERROR[error.type], error.remedy);
  if (error instanceof UsageError) return account('Usage', error.message, EXIT.usage, error.remedy);
  if (error instanceof StateTooNew) return account('StateTooNew', error.message, EXIT.failed, error.remedy);
  if (error instanceof CommandFailed) return account('Failed', error.message, EXIT.failed, error.remedy);
  if (error instanceof CommanderError) return usageOf(error);
  if (error instanceof ZodError) return account('Usage', issuesIn(error), EXIT.usage);
  if (isMissingNamespace(error)) {
    return account(
      'NoNamespace',
      'Temporal has no such namespace',
      EXIT.usage,
      'check -n, TEMPORAL_NAMESPACE and the profile',
    );
  }
  if (isAway(error)) {
    return account(
      'Unreachable',
      `Temporal does not answer any more: ${saidByCall(error)}`,
      EXIT.unreachable,
      'is it running? evenkeel doctor',
    );
  }
  if (error instanceof EngineAway)
    return account('EngineAway', error.message, EXIT.failed, 'is it running? evenkeel doctor');
  const message = error instanceof Error ? error.message : String(error);
  return account('Unexpected', message, EXIT.failed, 'run it again with -v for the whole story');
}

/** For people: the message, the next move, and the stack trace for whoever asked with `-v`. */
export function errorText(error: unknown, verbose: boolean): string {
  const { message, remedy } = accountOf(error);
  const stack = verbose && error instanceof Error && error.stack !== undefined ? [error.stack, ...causesOf(error)] : [];
  return [`evenkeel: ${message}`, ...(remedy === undefined ? [] : [`  → ${remedy}`]), ...stack].join('\n');
}

function account(type: string, message: string, exitCode: number, remedy?: string): ErrorAccount {
  return { type, message, exitCode, ...(remedy === undefined ? {} : { remedy }) };
}

/** Commander writes `error: unknown option '--jsn'`, and on the next line `(Did you mean --json?)`. */
function usageOf(error: CommanderError): ErrorAccount {
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const words = first.replace(/^unknown command/, 'unknown verb');
  const remedy =
    suggestion?.replace(/^\(Did you mean (.*)\?\)$/, 'did you mean $1?') ?? 'evenkeel --help lists verbs and flags';
  return account('Usage', words, EXIT.usage, remedy);
}

function issuesIn(error: ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('; ');
}

function causesOf(error: Error): string[] {
  return error.cause instanceof Error
    ? [`caused by ${error.cause.stack ?? error.cause.message}`, ...causesOf(error.cause)]
    : [];
}
