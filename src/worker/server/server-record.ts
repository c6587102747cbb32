import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, parseIdentity, type ProcessIdentity } from '../../docker/child-process-identity.js';
import type { Layout } from '../../store/layout.js';
import { readJson, writeJson } from '../../store/private-file.js';

/** What a running `evenkeel server` says of itself, in `server.json` of the state folder. */
export interface ServerRecord {
  server: ProcessIdentity;
  /** Absent while it is being started again. */
  temporal?: ProcessIdentity;
  worker?: ProcessIdentity;
  address: string;
  ui: string;
}

function recordFile(layout: Layout): string {
  return path.join(layout.home, 'server.json');
}

/** The record of the server that runs on this state folder, or of one that was killed; undefined when neither. */
export async function readServerRecord(layout: Layout): Promise<ServerRecord | undefined> {
  return readJson<ServerRecord>(recordFile(layout));
}

export async function writeServerRecord(layout: Layout, record: ServerRecord): Promise<void> {
  await writeJson(recordFile(layout), record);
}

export async function removeServerRecord(layout: Layout): Promise<void> {
  await rm(recordFile(layout), { force: true });
}

/** Who a process is; undefined when there is none of this pid. */
export async function identityOf(pid: number | undefined): Promise<ProcessIdentity | undefined> {
  if (pid === undefined) return undefined;
  try {
    const [stat, bootId] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    return parseIdentity(`${stat.trimEnd()}\n${bootId.trim()}`);
  } catch {
    return undefined;
  }
}

/**
 * Ends what a killed server left running. Returns the record of a server that still lives, and then touches nothing:
 * two servers on one state folder would fight over its database.
 */
export async function takeOver(layout: Layout): Promise<ServerRecord | undefined> {
  const record = await readServerRecord(layout);
  if (!record) return undefined;
  if (await isAlive(record.server)) return record;
  for (const orphan of [record.worker, record.temporal]) if (orphan) await end(orphan);
  await removeServerRecord(layout);
  return undefined;
}

async function end(orphan: ProcessIdentity): Promise<void> {
  while (await isAlive(orphan)) {
    process.kill(orphan.pid, 'SIGKILL');
    await sleep(20);
  }
}
