import { types } from 'node:util';
import { passing, type RetryRow } from '../retry-classes.js';
import { EngineAway, EngineRefused } from './engine.js';

/** A failure that has been found to be weather. Its message says so in words for people, which the table need not know. */
export class Weather extends Error {
  override readonly name = 'Weather';
}

/** Why a failure, an error or the text that a program printed, may pass by itself, in a few plain words; undefined when it is final. */
export function weatherReason(failure: unknown): string | undefined {
  if (failure instanceof Weather) return failure.message;
  if (failure instanceof EngineAway) return 'Docker does not answer';
  return rowOf(failure)?.because;
}

/** Whether a failure is worth trying again. */
export function isWeather(failure: unknown): boolean {
  return weatherReason(failure) !== undefined;
}

/** Whether what Docker refuses is over within seconds, as the removal of a container and mostly the kernel's grip on its files are. */
export function isBriefWeather(failure: unknown): boolean {
  return failure instanceof EngineRefused && rowOf(failure)?.isBrief === true;
}

function rowOf(failure: unknown): RetryRow | undefined {
  if (typeof failure === 'string') return passing({ text: failure });
  if (failure instanceof EngineRefused) {
    // As programs of Docker print it: some words count only where it is the engine that says them.
    return passing({ text: `Error response from daemon: ${failure.message}`, status: failure.statusCode });
  }
  if (!types.isNativeError(failure)) return undefined;
  return passing({ text: failure.message, code: (failure as NodeJS.ErrnoException).code });
}
