import path from 'node:path';
import { hasMembers, isOfAnother } from './child-process-identity.js';
import { readEndTicks, readIdentity } from './child-traces.js';
import { terminateGroup } from './terminate-group.js';
import { namesIn } from '../store/places.js';

/** Which children are meant, by the names of their folders. */
type Which = (name: string) => boolean;

/**
 * Ends every child whose traces are in a folder below this one, whoever started it: TERM to its group, and KILL after 10 s.
 * Children that have ended, and a folder that is not there, are fine.
 */
export async function endChildren(folder: string, which: Which = () => true): Promise<void> {
  await Promise.all((await groupsAtWork(folder, which)).map((group) => terminateGroup(group)));
}

/** Whether any child whose traces are in a folder below this one has not ended. */
export async function isAnyAtWork(folder: string, which: Which = () => true): Promise<boolean> {
  return (await groupsAtWork(folder, which)).length > 0;
}

async function groupsAtWork(folder: string, which: Which): Promise<number[]> {
  const names = await namesIn(folder);
  const groups = await Promise.all(names.filter(which).map((name) => groupAtWork(path.join(folder, name))));
  return groups.filter((group) => group !== undefined);
}

async function groupAtWork(folder: string): Promise<number | undefined> {
  const identity = await readIdentity(folder);
  if (!identity || (await isOfAnother(identity))) return undefined;
  return (await hasMembers(identity.pid, await readEndTicks(folder))) ? identity.pid : undefined;
}
