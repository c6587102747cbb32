/** Docker's instants have nine digits after the point, more than a number of milliseconds can hold. */

const NANOS_PER_MS = 1_000_000n;

/**
 * Docker notes the start of a container a little after its process began, so its first lines are older than that. A
 * crash loop pauses for 100 ms at least, so that this never reaches back into the run before.
 */
const START_IS_LATE_MS = 90n;

/** A container that was started so soon after it was made has hardly had another run before. */
const FIRST_RUN_WITHIN_MS = 60_000n;

/** Nanoseconds since 1970; undefined for the year 1, by which Docker means "never". */
export function nanosOf(instant: string): bigint | undefined {
  const wholeSeconds = Date.parse(instant.replace(/\.\d+/, ''));
  if (!(wholeSeconds > 0)) return undefined;
  const fraction = /\.(\d{1,9})/.exec(instant)?.[1] ?? '';
  return BigInt(wholeSeconds) * NANOS_PER_MS + BigInt(fraction.padEnd(9, '0'));
}

/** What of a container tells its runs apart. */
export interface Runs {
  Created: string;
  State: { StartedAt: string; FinishedAt: string; Running: boolean; Restarting: boolean };
  RestartCount: number;
}

/**
 * From when on a container's lines belong to its last run, as the engine's `since`; undefined when it never ran. The
 * whole log belongs to the first run.
 */
export function lastRunSince({ Created, State, RestartCount }: Runs): string | undefined {
  const started = nanosOf(State.StartedAt);
  if (started === undefined) return undefined;
  const finished = nanosOf(State.FinishedAt);
  if (finished === undefined) return '0';
  const early = started - START_IS_LATE_MS * NANOS_PER_MS;
  if (State.Running && !State.Restarting) return seconds(finished > early && finished < started ? finished : early);
  // The last run has ended, so when the one before it did is not known. A busy machine notes a start after the end even.
  if (RestartCount === 0 && started - (nanosOf(Created) ?? 0n) < FIRST_RUN_WITHIN_MS * NANOS_PER_MS) return '0';
  return seconds((finished < started ? finished : started) - START_IS_LATE_MS * NANOS_PER_MS);
}

function seconds(nanos: bigint): string {
  const digits = nanos.toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** A moment in milliseconds since 1970, as the engine's `until`. */
export function secondsOf(atMs: number): string {
  return seconds(BigInt(Math.floor(atMs)) * NANOS_PER_MS);
}
