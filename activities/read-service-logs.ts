import { cancellationSignal } from '@temporalio/activity';
import { EngineRefused, LogUnreadable, type LogWindow } from '../src/docker/engine.js';
import { LogMatcher } from '../src/gates/log-matcher.js';
import { rulesNamed } from '../src/gates/log-rules/all.js';
import { type FoundInLog, LogScanner } from '../src/gates/scan-log.js';
import { ignoredBy } from '../src/spec/ignored-lines.js';
import type { ScanPolicy } from '../src/spec/stack-spec.js';
import type { World } from './world.js';

/** Making one takes longer than reading the log of a service that has just started. A host has few different ones. */
const matchers = new Map<string, LogMatcher>();

/** What was read of a service's containers. */
export interface ServiceLogs {
  lines: number;
  /** Why logs could not be read, a reason each. */
  unread: string[];
}

/**
 * Scans what a service's containers wrote since their start, one container after another. `windows` are read one by
 * one; findings go to `found` as they come. Containers that go away meanwhile are left out.
 */
export async function scanServiceLogs(
  { engine }: Pick<World, 'engine'>,
  where: { project: string; service: string; policy: ScanPolicy },
  windows: LogWindow[],
  found: (finding: FoundInLog) => void,
): Promise<ServiceLogs> {
  const { policy } = where;
  const matcher = matcherOf(policy.rules);
  const ignored = ignoredBy(policy.ignore);
  const signal = cancellationSignal();
  const read: ServiceLogs = { lines: 0, unread: [] };
  for (const { id, leftoverOf } of await engine.containers(where.project, where.service)) {
    if (leftoverOf !== undefined) continue;
    for (const window of windows) {
      const scanner = new LogScanner(matcher, { excerptLines: policy.excerptLines, ignored, found });
      try {
        await engine.readLog(id, { ...window, signal }, async (batches) => {
          for await (const lines of batches) for (const line of lines) scanner.add(line);
        });
      } catch (error) {
        if (error instanceof LogUnreadable) read.unread.push(error.message);
        else if (!(error instanceof EngineRefused) || error.statusCode !== 404) throw error;
      }
      scanner.finish();
      read.lines += scanner.lines;
    }
  }
  return read;
}

function matcherOf(rules: string[]): LogMatcher {
  const key = JSON.stringify(rules);
  const matcher = matchers.get(key) ?? new LogMatcher(rulesNamed(rules));
  matchers.set(key, matcher);
  return matcher;
}
