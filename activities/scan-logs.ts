import { LogTally } from '../src/gates/log-tally.js';
import { logFinding, scanVerdict, whereLeftAlone } from '../src/gates/scan-verdict.js';
import { openFrozen } from '../src/store/frozen.js';
import { readJson, writeJson } from '../src/store/private-file.js';
import type { Examinations } from './activities.js';
import { baselineFile, findingsFile, type LogBaseline } from './log-baseline.js';
import { scanServiceLogs } from './read-service-logs.js';
import type { World } from './world.js';

/** Safe to repeat because it only looks; the evidence of an earlier attempt is written over. */
export function scanLogs(world: World): Examinations['scanLogs'] {
  return async ({ stack, frozen, service, leftAlone }) => {
    const beganAtMs = Date.now();
    const { spec, redact } = await openFrozen(world.layout, stack, frozen.folder);
    const { project, policy } = spec;
    const baseline = await readJson<LogBaseline>(baselineFile(world, stack, service));
    const tally = new LogTally(redact, new Set(baseline?.known));
    const where = { project, service, policy: policy.scan };
    const { lines, unread } = await scanServiceLogs(world, where, [{}], (found) => tally.add(found));

    const findings = tally
      .findings()
      .map((found) => logFinding(leftAlone ? whereLeftAlone(found) : found, service, redact));
    await writeJson(findingsFile(world, { stack, project, service }), { service, lines, unread, findings });
    return scanVerdict({ service, findings, lines, unread, durationMs: Date.now() - beganAtMs });
  };
}
