import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { isWeather } from '../docker/weather.js';

/** Whether what failed may succeed a little later: weather of the engine, a Temporal that is away, or somebody who stopped waiting. */
export function mayPass(error: unknown): boolean {
  return isWeather(error) || isOfTemporal(error) || isAbort(error);
}

/** Temporal did not answer as it should; its client wraps most of that in an error of its own. */
function isOfTemporal(error: unknown): boolean {
  return error instanceof ServiceError || isGrpcServiceError(error);
}

/** Somebody stopped waiting: the worker is going, or the step is out of time. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
