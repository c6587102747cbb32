import path from 'node:path';
import type { Seal } from '../report/audit-lines.js';
import type { RunAccount } from '../report/run-account.js';
import { readChain } from './evidence-chain.js';
import { EVIDENCE_FOLDER, INDEX_FILE } from './evidence-files.js';
import type { EvidenceIndex } from './evidence-index.js';
import { stackFolder, type Layout } from './layout.js';
import { readJson } from './private-file.js';
import { readRunIdentity, type RunIdentity, runFolders } from './run-folders.js';

/** In a run's folder: Temporal's history of it, as it exports it. */
export const HISTORY_FILE = `${EVIDENCE_FOLDER}/history.json`;
/** What that history says, for people and reports. */
export const ACCOUNT_FILE = `${EVIDENCE_FOLDER}/account.json`;

/** A run that is on record on this host. */
export interface Bundle {
  /** The run's folder, absolute. */
  folder: string;
  account: RunAccount;
}

/** Every run of a stack that is on record here, newest first. Runs that are open are not. */
export async function readBundles(layout: Layout, stack: string): Promise<Bundle[]> {
  const found = await Promise.all(
    (await runFolders(layout, stack)).map(async ({ folder }) => {
      const account = await readAccount(folder);
      return account ? [{ folder, account }] : [];
    }),
  );
  return found.flat().sort((a, b) => b.account.startedAtMs - a.account.startedAtMs);
}

/** A run that has a folder here, whether it is on record or open yet. */
export interface KeptRun extends RunIdentity {
  /** The run's folder, absolute. */
  folder: string;
}

/** Every run of a stack that has a folder here, the latest to begin first. */
export async function keptRuns(layout: Layout, stack: string): Promise<KeptRun[]> {
  const found = await Promise.all(
    (await runFolders(layout, stack)).map(async ({ folder }) => {
      const identity = await readRunIdentity(folder);
      return identity ? [{ ...identity, folder }] : [];
    }),
  );
  return found.flat().sort((a, b) => b.beganAtMs - a.beganAtMs);
}

/** What is on record of a run; undefined while it is open, or has not been put on record yet. */
export async function readAccount(folder: string): Promise<RunAccount | undefined> {
  return readJson<RunAccount>(path.join(folder, ACCOUNT_FILE));
}

/** The seal of a run; undefined while it has none. `folder` is the run's. */
export async function sealOf(layout: Layout, stack: string, folder: string): Promise<Seal | undefined> {
  const place = path.relative(stackFolder(layout, stack), folder);
  const link = (await readChain(layout, stack)).find(({ run }) => run === place);
  const index = link && (await readJson<EvidenceIndex>(path.join(folder, INDEX_FILE)));
  if (!index) return undefined;
  return { number: link.number, index: link.index, previous: link.previous, sealedAt: index.sealedAt };
}
