import { cp, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isAlive, type ProcessIdentity } from '../../src/docker/child-process-identity.js';
import { readIdentity } from '../../src/docker/child-traces.js';
import { terminateGroup } from '../../src/docker/terminate-group.js';
import { stackFolder } from '../../src/store/layout.js';
import { readServerRecord } from '../../src/worker/server/server-record.js';
import { docker, dockerLines } from './docker.js';
import { demoLayout, OF_PROJECT, PROJECT } from './place.js';
import { childFolders, runFolders } from './run-folders.js';
import { until } from './until.js';

const SERVER_GRACE_MS = 5000;
const CHILD_GRACE_MS = 3000;
const GONE_WITHIN_MS = 10_000;
const MOST_ROUNDS = 5;

/** Takes away everything of a demo: processes, containers, volumes, networks, images, and its folder. */
export async function takeAway(folder: string): Promise<void> {
  const layout = demoLayout(folder);
  await stopServer(folder);
  // What the worker had started outlives it, and would go on to make containers.
  const children = (await Promise.all((await runFolders(layout)).map(childFolders))).flat();
  for (const child of children) {
    const identity = await readIdentity(child);
    if (identity && (await isAlive(identity))) await terminateGroup(identity.pid, CHILD_GRACE_MS);
  }
  await removeStack();
  await rm(folder, { recursive: true, force: true });
}

/** Copies logs and runs to where they outlive the demo, and returns that folder; undefined when there are none. */
export async function keepTraces(folder: string): Promise<string | undefined> {
  const { home } = demoLayout(folder);
  const traces = [path.join(home, 'logs'), path.join(stackFolder(demoLayout(folder), PROJECT), 'runs')].filter(
    existsSync,
  );
  if (traces.length === 0) return undefined;
  const kept = await mkdtemp(path.join(os.tmpdir(), 'evenkeel-demo-failed-'));
  for (const trace of traces) await cp(trace, path.join(kept, path.basename(trace)), { recursive: true });
  return kept;
}

async function stopServer(folder: string): Promise<void> {
  const record = await readServerRecord(demoLayout(folder));
  if (!record) return;
  await end(record.server);
  // They do not outlive their server, but may take a moment.
  for (const process of [record.worker, record.temporal]) if (process) await gone(process, GONE_WITHIN_MS);
}

async function end(server: ProcessIdentity): Promise<void> {
  if (!(await isAlive(server))) return;
  process.kill(server.pid, 'SIGTERM');
  if (await gone(server, SERVER_GRACE_MS)) return;
  process.kill(server.pid, 'SIGKILL');
  await gone(server, GONE_WITHIN_MS);
}

async function gone(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  return until('its end', async () => ((await isAlive(identity)) ? undefined : true), { withinMs }).catch(() => false);
}

/** Kinds of things that bear the project's label, in the order in which Docker lets go of them. */
const KINDS = [
  { list: ['ps', '-aq', '--no-trunc'], remove: ['rm', '-f', '-v'] },
  { list: ['network', 'ls', '-q', '--no-trunc'], remove: ['network', 'rm'] },
  { list: ['volume', 'ls', '-q'], remove: ['volume', 'rm', '-f'] },
  { list: ['image', 'ls', '-aq', '--no-trunc'], remove: ['image', 'rm', '-f'] },
];

/** Takes away whatever Docker has of the demo. Throws when something is left all the same. */
async function removeStack(): Promise<void> {
  await removeLabelled();
  // Images of others are pinned under names of the demo's too; only these names go.
  const pins = await dockerLines('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', `evenkeel/${PROJECT}/*`);
  if (pins.length > 0) await docker('image', 'rm', ...pins);
}

/** Removes until nothing is left, since Docker may still be at what it was last asked for. */
async function removeLabelled(): Promise<void> {
  let failure: unknown;
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    let found = 0;
    for (const { list, remove } of KINDS) {
      const ids = [...new Set(await dockerLines(...list, ...OF_PROJECT))];
      found += ids.length;
      if (ids.length > 0) await docker(...remove, ...ids).catch((error: unknown) => (failure = error));
    }
    if (found === 0) return;
  }
  throw failure instanceof Error ? failure : new Error('Docker makes things of the demo anew again and again');
}
