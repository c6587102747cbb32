import type { Client } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../names.js';

/**
 * Whether search attributes of ours are registered in the client's namespace. Starting a run with one that is not fails; asking by one
 * does, too.
 */
export async function isIndexed(client: Client): Promise<boolean> {
  try {
    await client.workflow.count(`${SEARCH_ATTRIBUTES.stack} = "-" AND ${SEARCH_ATTRIBUTES.host} = "-"`);
    return true;
  } catch {
    return false;
  }
}
