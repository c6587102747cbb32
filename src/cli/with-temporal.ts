import { connect, connectConfig, type ConnectOptions, type Reach, unreachable } from '../client/connect.js';
import { DEFAULT_ADDRESS } from '../client/default-address.js';
import { isRefused } from '../client/is-refused.js';
import { uiAddress, uiLink } from '../client/ui-links.js';
import { layoutFrom } from '../store/layout.js';
import { readServerRecord } from '../worker/server/server-record.js';
import { ownServerKeeps } from './own-server.js';
import type { Cli } from './terminal.js';

/** Connects as the flags and the environment say, and closes the connection afterwards. */
export async function withTemporal<T>(cli: Cli, act: (reach: Reach) => Promise<T>): Promise<T> {
  const reach = await connect(asked(cli));
  try {
    return await act(reach);
  } finally {
    await reach.close();
  }
}

/**
 * The same for what can do without Temporal: where nobody listens it throws `Unreachable` at once, and waits for a server only
 * where that is kept running here.
 */
export async function withTemporalIfThere<T>(cli: Cli, act: (reach: Reach) => Promise<T>): Promise<T> {
  const { address = DEFAULT_ADDRESS } = connectConfig(asked(cli)).connectionOptions;
  if ((await isRefused(address)) && !(await ownServerKeeps(address, cli.env))) throw unreachable(address);
  return withTemporal(cli, act);
}

/** The page of a run in the Temporal UI; undefined where nobody knows an address for it. */
export async function linkTo(
  cli: Cli,
  reach: Pick<Reach, 'address' | 'namespace'>,
  run: { workflowId: string; runId?: string },
): Promise<string | undefined> {
  const embedded = await readServerRecord(layoutFrom(cli.env)).catch(() => undefined);
  const ui = embedded?.address === reach.address ? embedded.ui : uiAddress(reach.address);
  return ui === undefined ? undefined : uiLink(ui, reach.namespace, run.workflowId, run.runId);
}

/** The same where nobody has connected: Temporal may be out of reach, or have forgotten the run. */
export async function linkWithoutAsking(
  cli: Cli,
  run: { workflowId: string; runId: string },
): Promise<string | undefined> {
  const { connectionOptions, namespace } = connectConfig(asked(cli));
  return linkTo(cli, { address: connectionOptions.address ?? DEFAULT_ADDRESS, namespace }, run);
}

function asked({ env, flags: { address, namespace } }: Cli): ConnectOptions {
  return {
    env,
    ...(address === undefined ? {} : { address }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}
