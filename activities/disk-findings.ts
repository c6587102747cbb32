import { stat } from 'node:fs/promises';
import { diskRoom } from '../src/host/disk-room.js';
import type { Finding } from '../src/spec/finding.js';
import { sizeText } from '../src/spec/size-text.js';
import type { World } from './world.js';

const LEAST_FREE_BYTES = 1024 ** 3;

/** Where an engine keeps what is its own: it does not move while a worker lives, and to ask costs more than a look. */
const roots = new WeakMap<object, string>();

/** A full disk is what ends most databases: that of Docker, where their volumes are, and that of evidence and backups. */
export async function diskFindings({
  engine,
  layout,
}: { engine: Pick<World['engine'], 'info'> } & Pick<World, 'layout'>) {
  const root = roots.get(engine) ?? (await engine.info()).rootDir;
  roots.set(engine, root);
  const findings: Finding[] = [];
  const seen = new Set<number>();
  for (const folder of [root, layout.home]) {
    const room = await roomOf(folder);
    if (!room || seen.has(room.device)) continue;
    seen.add(room.device);
    if (room.freeBytes < LEAST_FREE_BYTES) findings.push(nearlyFull(folder, room.freeBytes));
  }
  return findings;
}

/** Undefined for a folder that cannot be seen from here: nothing is told of it then. */
async function roomOf(folder: string): Promise<{ device: number; freeBytes: number } | undefined> {
  try {
    const [{ dev: device }, { freeBytes }] = await Promise.all([stat(folder), diskRoom(folder)]);
    return { device, freeBytes };
  } catch {
    return undefined;
  }
}

function nearlyFull(folder: string, freeBytes: number): Finding {
  const message = `the disk of ${folder} has ${sizeText(freeBytes)} left`;
  return { rule: 'disk-nearly-full', severity: 'warning', message, remedy: 'docker system df; docker image prune' };
}
