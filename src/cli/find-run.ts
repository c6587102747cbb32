import { type Bundle, readBundles } from '../store/bundles.js';
import type { Layout } from '../store/layout.js';
import { stacksOnRecord } from '../store/run-folders.js';
import { chooseStack } from './choose-stack.js';
import { UsageError } from './errors.js';
import type { Cli } from './terminal.js';

/** The runs on record here: of the stack that `-p` names or that is here, else of all. Newest first. */
export async function bundlesHere(cli: Cli, layout: Layout): Promise<Bundle[]> {
  const chosen = await chooseStack(cli, layout);
  return bundlesOf(layout, chosen ? [chosen.name] : await stacksOnRecord(layout));
}

async function bundlesOf(layout: Layout, stacks: string[]): Promise<Bundle[]> {
  const found: Bundle[] = [];
  for (const stack of stacks) found.push(...(await readBundles(layout, stack)));
  return found.sort((a, b) => b.account.startedAtMs - a.account.startedAtMs);
}

/**
 * The run on record that a text names: by its workflow id (then the newest run of that), by its run id, or by the end of
 * either where only one has it. Undefined where there is none.
 */
export async function findBundle(layout: Layout, name: string): Promise<Bundle | undefined> {
  const all = await bundlesOf(layout, await stacksOnRecord(layout));
  const exact = all.find(({ account }) => account.workflowId === name || account.runId === name);
  if (exact) return exact;
  const ending = all.filter(({ account }) => account.workflowId.endsWith(name) || account.runId.endsWith(name));
  if (ending.length > 1) {
    const ids = ending.map(({ account }) => `${account.workflowId} (${account.runId})`).join(', ');
    throw new UsageError(`several runs end with "${name}": ${ids}`, 'name one in full');
  }
  return ending[0];
}

/** As `findBundle`, for commands that need one. */
export async function bundleNamed(layout: Layout, name: string): Promise<Bundle> {
  const found = await findBundle(layout, name);
  if (found) return found;
  throw new UsageError(`no run "${name}" is on record on this host`, 'list them: evenkeel history');
}
