/**
 * Stores what every later version has to go on with: the golden histories, for which each way through the runbooks is walked on
 * a small stack, by an `evenkeel server` of its own that is gone afterwards; and the workflows themselves, as they are built.
 *
 *     npm run store-histories               all of it
 *     npm run store-histories -- NAME…      those histories, and no other
 *     npm run store-histories -- bundle     the workflows alone
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { packageRoot } from '../../src/package-root.js';
import { hostIdentity } from '../../src/store/host-identity.js';
import { OwnServer } from '../bench/own-server.js';
import type { GoldenStack } from './golden-stack.js';
import { storePreviousBundle } from './previous-bundle.js';
import { WAYS, type Store } from './ways.js';
import { withoutMachine } from './without-machine.js';

const FOLDER = path.join(packageRoot(), 'test', 'replay', 'histories');
const BUNDLE = 'bundle';

async function storeHistories(wanted: string[]): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const server = await OwnServer.start();
  try {
    const store: Store = async (name, workflowId, stack) => {
      if (wanted.includes(name)) await storeOne(server, name, workflowId, stack);
    };
    for (const { names, walk } of WAYS) {
      if (names.some((name) => wanted.includes(name))) await walk(server, store);
    }
  } finally {
    await server.stop();
  }
}

async function storeOne(server: OwnServer, name: string, workflowId: string, { bench }: GoldenStack): Promise<void> {
  const handle = server.client.workflow.getHandle(workflowId);
  // Some close a moment after what they belong to.
  await handle.result().catch(() => undefined);
  const history = await handle.fetchHistory();
  const { host } = await hostIdentity(server.layout);
  const text = withoutMachine(historyToJSON(history), [
    [server.layout.home, '/var/lib/evenkeel'],
    [bench.directory, '/srv/shop'],
    [bench.name, 'shop'],
    [host, 'harbour'],
  ]);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(path.join(FOLDER, `${name}.json`), text);
  console.error(`${name}: ${history.events?.length ?? 0} events`);
}

async function storeBundle(): Promise<void> {
  const bytes = await storePreviousBundle(path.join(packageRoot(), 'dist', 'workflow-bundle.js'));
  console.error(`${BUNDLE}: ${Math.round(bytes / 1024)} KB`);
}

const ways = WAYS.flatMap(({ names }) => names);
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
