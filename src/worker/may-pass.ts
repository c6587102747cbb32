import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { lacksRoom } from '../docker/no-room.js';
import { isWeather } from '../docker/weather.js';

/** Whether what failed may succeed a little later: weather of the engine, a Temporal that is away, or somebody who stopped waiting. */
export function mayPass(error: unknown): boolean {
  return isWeather(error) || isOfTemporal(error) || isAbort(error);
}

/** The steps that bring back what served before; before data is put back, its services rest. */
const UNDOES = new Set(['stopService', 'restService', 'putDataBack', 'restoreService', 'restoreTags', 'clearUp']);

/**
 * Whether a step was kept from writing while it brings back what served before. A person may make room in time, and nothing else
 * brings the stack up again; any other step is better ended, so that it is taken back.
 */
export function waitsForRoom(error: unknown, activityType: string): boolean {
  return UNDOES.has(activityType) && lacksRoom(error);
}

/**
 * Temporal did not answer as it should; its client wraps most of that in an error of its own. Within a step any status of it is worth
 * another attempt, and not only those of the table: nobody is better off for a run that turns back because of it.
 */
function isOfTemporal(error: unknown): boolean {
  return error instanceof ServiceError || isGrpcServiceError(error);
}

/** Somebody stopped waiting: the worker is going, or the step is out of time. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
