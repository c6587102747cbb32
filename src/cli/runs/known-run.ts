import path from 'node:path';
import { isAway } from '../../client/away.js';
import type { Reach } from '../../client/connect.js';
import { ClientError } from '../../client/errors.js';
import { accountSoFar } from '../../report/account-without-history.js';
import type { RunAccount } from '../../report/run-account.js';
import type { DeployResult } from '../../spec/deploy-result.js';
import { type KeptRun, readAccount } from '../../store/bundles.js';
import { readJson } from '../../store/private-file.js';
import type { Cli } from '../terminal.js';
import { withTemporalIfThere } from '../with-temporal.js';

/** A run, with what is known of it. */
export interface KnownRun {
  account: RunAccount;
  /** Its folder, where it has one on this host. */
  folder?: string;
  /** Where the account is from: the evidence on this host, or Temporal's history of the run. */
  source: 'evidence' | 'temporal';
}

/** What a run's folder says of it: all, once it is on record; else that it began, and its result. */
export async function knownByFolder({ folder, ...identity }: KeptRun): Promise<KnownRun> {
  const account = await readAccount(folder);
  if (account) return { account, folder, source: 'evidence' };
  const result = await readJson<DeployResult>(path.join(folder, 'result.json'));
  return { account: accountSoFar(identity, result), folder, source: 'evidence' };
}

/** Asks Temporal where it is in reach; else says that it is not, and returns what is known without it. */
export async function askTemporal<T>(cli: Cli, ask: (reach: Reach) => Promise<T>, without: T): Promise<T> {
  try {
    return await withTemporalIfThere(cli, ask);
  } catch (error) {
    const isOutOfReach = (error instanceof ClientError && error.type === 'Unreachable') || isAway(error);
    if (!isOutOfReach) throw error;
    cli.say('Temporal is out of reach: this is what is on record on this host');
    return without;
  }
}
