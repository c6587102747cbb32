import type { Layout } from '../../store/layout.js';
import { claimedHost } from '../../worker/claimed-hosts.js';
import { ownHost } from '../this-host.js';
import { type Check, ok } from './check.js';

/** The id that runs name this host by: as the worker of the engine claims it, else that of the state folder. */
export async function checkHost(layout: Layout, engineId: string | undefined): Promise<Check> {
  const own = await ownHost(layout);
  const claimed = engineId === undefined ? undefined : await claimedHost(layout, engineId);
  if (claimed === undefined || claimed === own) return ok('host id', own ?? 'made up when the first worker starts');
  const beside = own === undefined ? 'this state folder has none yet' : `this state folder's own is ${own}`;
  return ok('host id', `${claimed}, as the worker of this engine calls itself (--host); ${beside}`);
}
