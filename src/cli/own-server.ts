import { loopback } from '../client/is-refused.js';
import { isAlive } from '../docker/child-process-identity.js';
import { layoutFrom } from '../store/layout.js';
import { readServerRecord } from '../worker/server/server-record.js';

/**
 * Whether the `evenkeel server` of this state folder is at work, and its Temporal is meant to answer at an address. Where nobody
 * listens there, it is being started again.
 */
export async function ownServerKeeps(address: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const record = await readServerRecord(layoutFrom(env)).catch(() => undefined);
  if (!record) return false;
  const [asked, kept] = [loopback(address), loopback(record.address)];
  return asked !== undefined && asked.port === kept?.port && (await isAlive(record.server));
}
