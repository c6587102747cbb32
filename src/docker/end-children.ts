import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { hasMembers, isOfAnother } from './child-process-identity.js';
import { readIdentity } from './child-traces.js';
import { terminateGroup } from './terminate-group.js';

/**
 * Ends every child whose traces are in a folder below this one, whoever started it: TERM to its group, and KILL after 10 s.
 * Children that have ended, and a folder that is not there, are fine.
 */
export async function endChildren(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  await Promise.all(names.map((name) => endChild(path.join(folder, name))));
}

async function endChild(folder: string): Promise<void> {
  const identity = await readIdentity(folder);
  if (!identity || (await isOfAnother(identity))) return;
  if (await hasMembers(identity.pid)) await terminateGroup(identity.pid);
}
