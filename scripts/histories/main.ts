/**
 * Stores what every later version has to go on with: the golden histories, for which each way through the runbooks is walked on
 * a small stack, by an `evenkeel server` of its own that is gone afterwards, or staged with steps that do nothing; and the workflows
 * themselves, as they are built.
 *
 *     npm run store-histories               all of it
 *     npm run store-histories -- NAME…      those histories, and no other
 *     npm run store-histories -- bundle     the workflows alone
 */
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { packageRoot } from '../../src/package-root.js';
import { hostIdentity } from '../../src/store/host-identity.js';
import { OwnServer } from '../bench/own-server.js';
import { writeGoldenHistory } from './golden-history.js';
import { factsOf } from './history-facts.js';
import { storePreviousBundle } from './previous-bundle.js';
import { walkStaged } from './stage.js';
import { STAGED } from './staged-ways.js';
import { WAYS, type Store, type Ways } from './ways.js';
import { type Replacements, withoutMachine } from './without-machine.js';

const BUNDLE = 'bundle';

async function storeHistories(wanted: string[]): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const ways = WAYS.filter(({ names }) => names.some((name) => wanted.includes(name)));
  if (ways.length > 0) await storeWalked(ways, wanted);
  const staged = STAGED.filter(({ name }) => wanted.includes(name));
  if (staged.length === 0) return;
  await walkStaged(staged, async ({ name, end }, run, host) => {
    await storeOne(name, run, [[host, 'harbour']], end);
  });
}

async function storeWalked(ways: Ways[], wanted: string[]): Promise<void> {
  const server = await OwnServer.start();
  try {
    const store: Store = async (name, workflowId, { bench }) => {
      if (!wanted.includes(name)) return;
      const { host } = await hostIdentity(server.layout);
      await storeOne(name, server.client.workflow.getHandle(workflowId), [
        [server.layout.home, '/var/lib/evenkeel'],
        [bench.directory, '/srv/shop'],
        [bench.name, 'shop'],
        [host, 'harbour'],
      ]);
    };
    for (const { walk } of ways) await walk(server, store);
  } finally {
    await server.stop();
  }
}

/** Throws where it ends otherwise than it should. */
async function storeOne(name: string, run: WorkflowHandle, replaced: Replacements, expected?: string): Promise<void> {
  // Some close a moment after what they belong to.
  await run.result().catch(() => undefined);
  const text = withoutMachine(historyToJSON(await run.fetchHistory()), replaced);
  const { end } = factsOf(text);
  if (expected !== undefined && end !== expected) throw new Error(`${name} ended as ${end}, not as ${expected}`);
  await writeGoldenHistory(name, text);
  console.error(`${name}: ${end}`);
}

async function storeBundle(): Promise<void> {
  const bytes = await storePreviousBundle(path.join(packageRoot(), 'dist', 'workflow-bundle.js'));
  console.error(`${BUNDLE}: ${Math.round(bytes / 1024)} KB`);
}

const ways = [...WAYS.flatMap(({ names }) => names), ...STAGED.map(({ name }) => name)];
const all = [...ways, BUNDLE];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exitCode = 2;
} else {
  const wanted = asked.length > 0 ? asked : all;
  if (wanted.includes(BUNDLE)) await storeBundle();
  if (wanted.some((name) => ways.includes(name))) await storeHistories(wanted);
}
