import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { type BuildId, readRouting, type Routing, untaken } from '../client/worker-routing.js';
import { WORKER_DEPLOYMENT } from '../names.js';

/** Until Temporal knows the build, which it does from the first time on that the worker asks for work. */
const LOOK_AT_ONCE_MS = 500;
const KNOWN_WITHIN_LOOKS = 20;
/** While runs do not come to this worker: a person may be about to change it. */
const LOOK_AGAIN_MS = 5_000;
/** While they do. */
const LOOK_SELDOM_MS = 60_000;

/**
 * Says, until `until` aborts, where Temporal gives this worker no runs because another build is current, or none, and the command that
 * changes it; and when that has changed. It never throws.
 */
export async function watchRouting(temporal: Client, own: BuildId, address: string, until: AbortSignal): Promise<void> {
  const where = { address, namespace: temporal.options.namespace };
  let last: string | undefined;
  for (let looks = 1; !until.aborted; looks += 1) {
    let nextMs = LOOK_AGAIN_MS;
    try {
      const routing = await temporal.withAbortSignal(until, () => readRouting(temporal));
      const said = wordsOn(routing, own, where, looks > KNOWN_WITHIN_LOOKS);
      if (said === 'too early') nextMs = LOOK_AT_ONCE_MS;
      else {
        if (said === undefined) nextMs = LOOK_SELDOM_MS;
        if (said !== last && !until.aborted) console.error(said ?? 'runs come to this worker from now on');
        last = said;
      }
    } catch {
      // A Temporal that is away gives no runs to anybody.
    }
    await pause(nextMs, undefined, { signal: until }).catch(() => undefined);
  }
}

/**
 * What there is to say to whoever runs this worker; undefined where runs come to it. Before Temporal knows its build, the command would
 * fail, so that is waited for, until it is `late`.
 */
export function wordsOn(
  routing: Routing,
  own: BuildId,
  where: { address: string; namespace: string },
  late: boolean,
): string | 'too early' | undefined {
  if (own !== undefined && !routing.known.includes(own)) {
    if (!late) return 'too early';
    return (
      `Temporal has not taken build ${own} into the worker deployment ${WORKER_DEPLOYMENT} of namespace ${where.namespace}, and gives it no ` +
      `runs: does it have worker versioning? Without --build-id the worker does without it`
    );
  }
  const wrong = untaken(routing, [own], where);
  return wrong && `${wrong.found}; ${wrong.remedy}`;
}
