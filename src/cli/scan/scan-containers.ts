import { type ContainerInspect, type Engine, EngineRefused, LogUnreadable } from '../../docker/engine.js';
import { LogMatcher } from '../../gates/log-matcher.js';
import { rulesNamed } from '../../gates/log-rules/all.js';
import { LogScanner } from '../../gates/scan-log.js';
import type { ObservedContainer } from '../../plan/observed-stack.js';
import { ignoredBy } from '../../spec/ignored-lines.js';
import { redactor, secretValuesOf } from '../../spec/redact.js';
import type { ScanPolicy } from '../../spec/stack-spec.js';
import type { LogReport } from './log-report.js';

/**
 * Scans what containers wrote since their start, one after another. Returns how many lines there were, and which logs
 * could not be read.
 */
export async function scanContainers(
  engine: Engine,
  containers: ObservedContainer[],
  policy: ScanPolicy,
  report: LogReport,
): Promise<{ lines: number; unread: string[] }> {
  const matcher = new LogMatcher(rulesNamed(policy.rules));
  const ignored = ignoredBy(policy.ignore);
  const read = { lines: 0, unread: [] as string[] };
  for (const { id, name, service } of containers) {
    const inspect = await engine.inspect(id);
    if (!inspect) continue;
    const { found, end } = report.log({ service, container: name, redact: redactor(secretsOf(inspect)) });
    const scanner = new LogScanner(matcher, { excerptLines: policy.excerptLines, ignored, found });
    try {
      await engine.readLog(id, {}, async (batches) => {
        for await (const lines of batches) {
          for (const line of lines) scanner.add(line);
          await report.flush();
        }
      });
    } catch (error) {
      if (error instanceof LogUnreadable) read.unread.push(`${name}: ${error.message}`);
      else if (!(error instanceof EngineRefused) || error.statusCode !== 404) throw error;
    }
    scanner.finish();
    end();
    await report.flush();
    read.lines += scanner.lines;
  }
  return read;
}

/** What the container's environment holds of secrets. */
function secretsOf({ Config }: ContainerInspect): string[] {
  const pairs = (Config.Env ?? []).map((entry): [string, string] => {
    const at = entry.indexOf('=');
    return [entry.slice(0, at), entry.slice(at + 1)];
  });
  return secretValuesOf(pairs);
}
