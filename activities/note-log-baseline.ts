import { keyOf } from '../src/gates/log-tally.js';
import { openFrozen } from '../src/store/frozen.js';
import { readJson, writeJson } from '../src/store/private-file.js';
import type { HostActivities } from './activities.js';
import { baselineFile, type LogBaseline } from './log-baseline.js';
import { scanServiceLogs } from './read-service-logs.js';
import type { World } from './world.js';

/** A version that has run for months has a long log: what it wrote while it started, and what it writes of late. */
const START_MS = 10 * 60_000;
const LATE_LINES = 200_000;
/** Different things that a service may keep saying; more are not remembered. */
const MOST_KEYS = 5000;

/** Safe to repeat because it only looks, and what was noted for a service is left as it is. */
export function noteLogBaseline(world: World): HostActivities['noteLogBaseline'] {
  return async ({ stack, frozen, services }) => {
    const { spec, redact } = await openFrozen(world.layout, stack, frozen.folder);
    for (const service of services) {
      const file = baselineFile(world, stack, service);
      // A later attempt might take the new version for the old one.
      if (await readJson<LogBaseline>(file)) continue;
      const known = new Set<string>();
      const where = { project: spec.project, service, policy: spec.policy.scan };
      await scanServiceLogs(world, where, [{ firstMs: START_MS }, { last: LATE_LINES }], (found) => {
        if (known.size < MOST_KEYS) known.add(keyOf(found, redact));
      });
      await writeJson(file, { known: [...known].sort() } satisfies LogBaseline);
    }
  };
}
