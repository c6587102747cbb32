import { isGrpcServiceError } from '@temporalio/client';
import { notThere } from '../not-there.js';
import { passing } from '../retry-classes.js';

/** Whether a call failed because Temporal, or the worker that should have answered, was out of reach. */
export function isAway(error: unknown): boolean {
  return causesOf(error).some((cause) => isGrpcServiceError(cause) && passing({ grpc: Number(cause.code) }));
}

/** What a failed call says for itself: `Failed to delete schedule: 4 DEADLINE_EXCEEDED: context deadline exceeded`. */
export function saidByCall(error: unknown): string {
  return causesOf(error)
    .map(({ message }) => message)
    .join(': ');
}

/** Whether Temporal answered that it has no such namespace. */
export function isMissingNamespace(error: unknown): boolean {
  return causesOf(error).some(
    (cause) =>
      cause.name === 'NamespaceNotFoundError' || (isGrpcServiceError(cause) && notThere(cause) === 'namespace'),
  );
}

/** The error itself, its cause, the cause of that, … */
function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
