import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { WorldTemporal } from './deployment-world.js';
import { freePort, serverCommand } from './server-world.js';

/** The Temporal of an `evenkeel server`, which is a world's worker too, and keeps its runs in the world's folder. */
export async function servedTemporal(folder: string): Promise<WorldTemporal> {
  const [port, uiPort] = [await freePort(), await freePort()];
  const address = `127.0.0.1:${port}`;
  const connection = Connection.lazy({ address });
  return {
    address,
    client: new Client({ connection }),
    command: serverCommand({ port, uiPort }, path.join(folder, 'runs.db')),
    teardown: () => connection.close(),
  };
}
