import type { Reach } from '../../client/connect.js';
import { briefHistory } from '../../client/histories.js';
import { newestRuns, type RunSummary } from '../../client/runs.js';
import { accountOfHistory } from '../../report/read-history.js';
import type { RunAccount } from '../../report/run-account.js';
import { type KeptRun, keptRuns } from '../../store/bundles.js';
import type { Layout } from '../../store/layout.js';
import { stacksOnRecord } from '../../store/run-folders.js';
import type { Cli } from '../terminal.js';
import { askTemporal, knownByFolder, type KnownRun } from './known-run.js';

/** Which runs are asked for. */
export interface Wanted {
  /** Absent: of all stacks. */
  stack?: string;
  /** At most this many, the newest. */
  most: number;
}

/**
 * The newest runs, the newest first, each once: those on record on this host, which may be older than Temporal remembers,
 * and those that Temporal knows besides: open ones, those of other hosts, and those that never came to have a folder.
 */
export async function pastRuns(cli: Cli, layout: Layout, { stack, most }: Wanted): Promise<KnownRun[]> {
  const { host } = cli.flags;
  const kept = (await keptHere(layout, stack)).filter((run) => host === undefined || run.host === host);
  const here = await Promise.all(kept.slice(0, most).map(knownByFolder));
  const archived = new Set(here.filter(({ account }) => account.status !== 'open').map(({ account }) => account.runId));
  const told = await askTemporal(
    cli,
    async (reach) => {
      const known = await newestRuns(reach.client, {
        ...{ most, ...(stack === undefined ? {} : { stack }), ...(host === undefined ? {} : { host }) },
      });
      return brief(
        reach,
        known.filter(({ runId }) => !archived.has(runId)),
      );
    },
    [],
  );
  const folders = new Map(kept.map(({ runId, folder }) => [runId, folder]));
  const ofTemporal = told.map((account): KnownRun => {
    const folder = folders.get(account.runId);
    return { account, source: 'temporal', ...(folder === undefined ? {} : { folder }) };
  });
  const toldIds = new Set(told.map(({ runId }) => runId));
  const others = here.filter(({ account }) => !toldIds.has(account.runId));
  return [...ofTemporal, ...others].sort((a, b) => b.account.startedAtMs - a.account.startedAtMs).slice(0, most);
}

/** Every run that has a folder here, the latest to begin first. */
export async function keptHere(layout: Layout, stack?: string): Promise<KeptRun[]> {
  const stacks = stack === undefined ? await stacksOnRecord(layout) : [stack];
  const kept = (await Promise.all(stacks.map((name) => keptRuns(layout, name)))).flat();
  return kept.sort((a, b) => b.beganAtMs - a.beganAtMs);
}

/** What Temporal says of each, but for those that it has forgotten since it listed them. */
async function brief(reach: Reach, runs: RunSummary[]): Promise<RunAccount[]> {
  const accounts = await Promise.all(
    runs.map(async (run) => {
      const history = await briefHistory(reach, run);
      // The step that finds the host is neither the first event nor the last; the index knows it.
      return history
        ? [{ ...(run.host === undefined ? {} : { host: run.host }), ...accountOfHistory(history, run) }]
        : [];
    }),
  );
  return accounts.flat();
}
