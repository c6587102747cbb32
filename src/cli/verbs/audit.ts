import { auditLines } from '../../report/audit-lines.js';
import { EXIT } from '../../spec/outcome.js';
import { type Bundle, readBundles, sealOf } from '../../store/bundles.js';
import { hostIdentity } from '../../store/host-identity.js';
import { type Layout, layoutFrom } from '../../store/layout.js';
import { stacksOnRecord } from '../../store/run-folders.js';
import { type EvidenceCheck, verifyEvidence } from '../../store/verify-evidence.js';
import { chooseStack } from '../choose-stack.js';
import { UsageError } from '../errors.js';
import { bundleNamed } from '../runs/bundle-named.js';
import { sinceMs } from '../since.js';
import type { Cli } from '../terminal.js';

export interface AuditExportFlags {
  since?: string;
  stack?: string;
}

/** Prints the audit trail of this host as JSON lines: every run on record, its steps, messages, end and seal. */
export async function exportAudit(cli: Cli, { since, stack }: AuditExportFlags): Promise<number> {
  const layout = layoutFrom(cli.env);
  const from = sinceMs(since);
  const stacks = stack === undefined ? await stacksToAudit(cli, layout) : [stack];
  const bundles: Bundle[] = [];
  for (const name of stacks) bundles.push(...(await readBundles(layout, name)));
  bundles.sort((a, b) => a.account.startedAtMs - b.account.startedAtMs);
  for (const { folder, account } of bundles.filter((bundle) => bundle.account.startedAtMs >= from)) {
    for (const line of auditLines(account, await sealOf(layout, account.stack, folder)))
      cli.print(JSON.stringify(line));
  }
  return EXIT.ok;
}

/** Compares the evidence here with what was sealed. Exit code 1 where a byte differs; each file is named. */
export async function verifyAudit(cli: Cli, run: string | undefined): Promise<number> {
  const layout = layoutFrom(cli.env);
  const { key } = await hostIdentity(layout);
  const chosen = run === undefined ? undefined : (await bundleNamed(layout, run)).account;
  const stacks = chosen ? [chosen.stack] : await stacksToAudit(cli, layout);
  const checks: EvidenceCheck[] = [];
  for (const stack of stacks)
    checks.push(await verifyEvidence(layout, stack, { key, ...(chosen ? { runId: chosen.runId } : {}) }));
  if (cli.flags.json) cli.printJson(checks);
  else for (const check of checks) printCheck(cli, check);
  return checks.some(({ problems }) => problems.length > 0) ? EXIT.failed : EXIT.ok;
}

/** The stack here or the one that is named; else all that have anything on record. */
async function stacksToAudit(cli: Cli, layout: Layout): Promise<string[]> {
  const chosen = await chooseStack(cli, layout);
  if (chosen) return [chosen.name];
  const all = await stacksOnRecord(layout);
  if (all.length === 0)
    throw new UsageError('no run is on record on this host', 'deploy a stack first: evenkeel deploy');
  return all;
}

function printCheck(cli: Cli, { stack, checked, head, problems, unsealed }: EvidenceCheck): void {
  const seal = head ? `; the chain ends with ${head.index} (run ${head.number})` : '';
  const words = problems.length === 0 ? 'all as it was sealed' : `${problems.length} not as sealed`;
  cli.print(`${stack}: ${checked} ${checked === 1 ? 'run' : 'runs'}, ${words}${seal}`);
  for (const { workflowId, runId, file, problem } of problems) {
    const run = workflowId === undefined ? '' : `${workflowId} (${runId}): `;
    cli.print(`  ${cli.printColours.red('✗')} ${run}${file === undefined ? problem : `${file} ${problem}`}`);
  }
  if (unsealed.length > 0)
    cli.say(`${stack}: ${unsealed.length} not sealed yet: open, or to be sealed by the next run`);
}
