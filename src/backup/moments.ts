import { setTimeout as pause } from 'node:timers/promises';
import { StoreFailed } from './store-kind.js';

/** How long a server is given to get over what passes by itself. */
const PATIENCE_MS = 30_000;
const ASK_EVERY_MS = 500;

/** What servers, their clients and Docker say while one starts, restarts, or has too many guests. */
const PASSING = new RegExp(
  [
    'the database system is (?:starting up|shutting down|in recovery mode|not (?:yet )?accepting connections)',
    'too many (?:clients|connections)|connection slots are reserved',
    'timeout expired|connection refused|closed the connection unexpectedly|could not connect',
    'on socket .* failed: No such file or directory',
    '\\b(?:LOADING|BUSY|MASTERDOWN)\\b|no answer on port|max number of clients',
    'is restarting, wait until|is paused|did not answer in time',
  ].join('|'),
  'i',
);

/** Whether a server that answers so may answer well in a moment. */
export function mayPass(said: string): boolean {
  return PASSING.test(said);
}

/**
 * Asks a server, and again where it says what may pass in a moment: a database that starts, or that is busy for as long as a
 * burst lasts, is none that cannot be backed up. Throws the last `StoreFailed` after half a minute of it.
 */
export async function askedWithPatience<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const passes = error instanceof StoreFailed && mayPass([error.message, ...error.excerpt].join('\n'));
      if (!passes || performance.now() > giveUpAt) throw error;
    }
    await pause(ASK_EVERY_MS, undefined, { signal });
  }
}
