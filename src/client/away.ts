import { isGrpcServiceError } from '@temporalio/client';
import { passing } from '../retry-classes.js';

/** Whether a call failed because Temporal, or the worker that should have answered, was out of reach. */
export function isAway(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause) && passing({ grpc: Number(cause.code) })) return true;
  }
  return false;
}

/** What a failed call says for itself: `Failed to delete schedule: 4 DEADLINE_EXCEEDED: context deadline exceeded`. */
export function saidByCall(error: unknown): string {
  const said: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) said.push(cause.message);
  return said.join(': ');
}

const NOT_FOUND = 5;

/** Whether Temporal answered that it has no such namespace. */
export function isMissingNamespace(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'NamespaceNotFoundError') return true;
    if (isGrpcServiceError(cause) && Number(cause.code) === NOT_FOUND && /^Namespace /.test(cause.details)) return true;
  }
  return false;
}
