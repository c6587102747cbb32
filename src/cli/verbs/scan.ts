import { dockerodeEngine } from '../../docker/dockerode-engine.js';
import type { ObservedContainer } from '../../plan/observed-stack.js';
import { nearestOf } from '../../spec/nearest.js';
import { DEFAULT_POLICY } from '../../spec/schema.js';
import type { ScanPolicy } from '../../spec/stack-spec.js';
import { openFrozen } from '../../store/frozen.js';
import { type Layout, layoutFrom } from '../../store/layout.js';
import { latestRelease } from '../../store/releases.js';
import { requireStack } from '../choose-stack.js';
import { UsageError } from '../errors.js';
import { LogReport } from '../scan/log-report.js';
import { scanContainers } from '../scan/scan-containers.js';
import { scanStdin } from '../scan/scan-stdin.js';
import type { Cli } from '../terminal.js';

const STDIN = '-';

/**
 * The failures that the stack's containers on this machine, or services of it, have logged since their start; with `-`,
 * those of a log that comes in by standard input. It only reads.
 */
export async function scan(cli: Cli, services: string[]): Promise<number> {
  const report = new LogReport(cli);
  if (services.includes(STDIN)) {
    if (services.length > 1) throw new UsageError('"-" is standard input, and goes with no service', 'evenkeel scan -');
    return report.end(await scanStdin(cli.stdin, report), []);
  }
  const layout = layoutFrom(cli.env);
  const { name } = await requireStack(cli, layout);
  const engine = dockerodeEngine(cli.env);
  const containers = (await engine.containers(name)).filter(({ leftoverOf }) => leftoverOf === undefined);
  const chosen = chosenOf(name, containers, services);
  const { lines, unread } = await scanContainers(engine, chosen, await policyOf(layout, name), report);
  return report.end(lines, unread);
}

function chosenOf(stack: string, containers: ObservedContainer[], services: string[]): ObservedContainer[] {
  const known = [...new Set(containers.map(({ service }) => service))].sort();
  if (known.length === 0) throw new UsageError(`${stack} has no containers here`, 'start it: evenkeel deploy');
  const unknown = services.find((service) => !known.includes(service));
  if (unknown !== undefined) {
    const nearest = nearestOf(unknown, known);
    const remedy = nearest ? `did you mean ${nearest}?` : `those that have one are ${known.join(', ')}`;
    throw new UsageError(`${stack} has no container of a service ${unknown} here`, remedy);
  }
  return containers
    .filter(({ service }) => services.length === 0 || services.includes(service))
    .sort((a, b) => a.service.localeCompare(b.service) || a.number - b.number);
}

/** What the last release was deployed with; all rules where there is none of ours. */
async function policyOf(layout: Layout, stack: string): Promise<ScanPolicy> {
  const release = await latestRelease(layout, stack);
  const folder = Object.values(release?.services ?? {}).find(({ frozen }) => frozen !== undefined)?.frozen;
  if (folder === undefined) return DEFAULT_POLICY.scan;
  const { spec } = await openFrozen(layout, stack, folder);
  // A release of an earlier version has no such part.
  return (spec.policy as Partial<typeof spec.policy>).scan ?? DEFAULT_POLICY.scan;
}
