import { randomBytes } from 'node:crypto';
import { cp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { GateSummary } from '../spec/gate-summary.js';
import type { ReleaseMetrics } from '../spec/service-metrics.js';
import { privateFolder, stackFolder, type Layout } from './layout.js';
import { readJson, sync, syncTree, writeJson } from './private-file.js';
import { namesIn } from './places.js';

/**
 * What served at one moment, with all it takes to bring it back. Releases are only ever appended. On disk, below the
 * stack's folder and for its owner only:
 *
 * ```
 * releases/<n>/release.json              this record
 * releases/<n>/verification.json         whether it has proved itself over time, once that is known
 * releases/<n>/probation.json            since when that is being watched
 * releases/<n>/frozen/                   the frozen configuration it was deployed from
 * releases/<n>/inspect/<service>-<k>.json  `docker inspect` of container k of a service
 * releases/<n>/files/<service>-<k>/      content that is in no image: bound single files, files copied in
 * ```
 */
export interface Release {
  /** `1`, `2`, … in the order in which they were recorded. */
  id: string;
  /** `baseline`: found running. `deployed`: put there by a run of ours. `rolled-back`: an earlier one, put back by a run of ours. */
  kind: 'baseline' | 'deployed' | 'rolled-back';
  /** Of `rolled-back`: the release that it is again. */
  repeats?: string;
  /** When it was recorded, ISO 8601. */
  at: string;
  workflowId: string;
  runId: string;
  performer?: string;
  /** The backup that was made before it. */
  backup?: ReleaseBackup;
  reason?: string;
  /** What the working copy was that its configuration was read from; absent where that is in none. */
  source?: SourceRevision;
  /** What its gates said before it was recorded. */
  gates?: GateSummary[];
  /** How services were before it and afterwards; absent where nobody could look, and in records of versions that did not. */
  metrics?: ReleaseMetrics;
  /** Hash of the frozen configuration; absent for a baseline that no file of ours accounts for. */
  frozenHash?: string;
  services: Record<string, ReleasedService>;
}

/** A backup, as it was when the release was recorded: it may be gone by now. */
export interface ReleaseBackup {
  id: string;
  /** Ids of the stores that are in it, and of those that have been restored on a twin and found right. */
  stores: string[];
  proven: string[];
}

/** A commit of a working copy, and whether anything in that copy differed from it. */
export interface SourceRevision {
  revision: string;
  dirty: boolean;
}

/** A service as it was. Paths are relative to the stack's folder, and may lead into an earlier release. */
export interface ReleasedService {
  /** `completed`: a one-shot that had exited with 0. */
  state: ServiceState;
  /** How many containers it had. */
  scale: number;
  /** The reference its containers were created from, and what that named. */
  imageRef: string;
  imageId: string;
  /** Our own name for the image, which keeps it from being pruned; absent when the image was gone already. */
  pin?: string;
  configHash: string;
  /** Keyed hashes of what it binds, as the plan compares them. */
  contentHashes: Record<string, string>;
  /** `compose`: Compose creates it anew from `frozen`. `inspect`: it is created from the inspects of its containers. */
  method: 'compose' | 'inspect';
  /** The folder of the frozen configuration; only where the method is `compose`. */
  frozen?: string;
  containers: KeptContainer[];
}

export type ServiceState = 'running' | 'stopped' | 'completed';

export interface KeptContainer {
  id: string;
  name: string;
  number: number;
  state: ServiceState;
  imageId: string;
  pin?: string;
  /** The file that holds its inspect. */
  inspect: string;
  /** Single files of the host that it mounts, with the content it saw. */
  bound: KeptFile[];
  /** Files that were copied into it before it started: secrets from the environment, inline configs. */
  copied: KeptFile[];
  /** Its anonymous volumes: nothing but their names leads to what they hold. */
  volumes: AnonymousVolume[];
}

export interface AnonymousVolume {
  name: string;
  /** Where the container sees it. */
  target: string;
}

export interface KeptFile {
  /** Where the container sees it. */
  target: string;
  /** The host's path of a bound file. */
  source?: string;
  /** The file that holds the content it had. */
  copy: string;
  /** Keyed, as in `ServiceSpec.contentHashes`. */
  hash: string;
  mode: number;
  uid: number;
  gid: number;
}

/** Where a release is written before it counts. */
export interface ReleaseDraft {
  id: string;
  /** The absolute folder to write into. */
  folder: string;
  /** What that folder will be called, relative to the stack's folder. */
  place: string;
}

export async function readRelease(layout: Layout, stack: string, id: string): Promise<Release | undefined> {
  return readJson<Release>(path.join(releasesFolder(layout, stack), id, 'release.json'));
}

/** All releases of a stack, oldest first. */
export async function readReleases(layout: Layout, stack: string): Promise<Release[]> {
  const ids = await releaseIds(layout, stack);
  const releases = await Promise.all(ids.map((id) => readRelease(layout, stack, id)));
  return releases.filter((release) => release !== undefined);
}

export async function latestRelease(layout: Layout, stack: string): Promise<Release | undefined> {
  const newest = (await releaseIds(layout, stack)).at(-1);
  return newest === undefined ? undefined : readRelease(layout, stack, newest);
}

/**
 * Appends a release. What a run has made is appended once for that run, however often it is asked; a baseline is what it
 * finds, which may be something else when it captures once more. `compose` writes the draft's files and returns the
 * record, or undefined where there is nothing new; where it throws nothing is appended either. The caller holds the host lock.
 *
 * Safe to repeat because the draft becomes a release by one rename, and drafts of dead attempts are swept first.
 */
export async function appendRelease(
  layout: Layout,
  stack: string,
  run: Pick<Release, 'kind' | 'workflowId' | 'runId'>,
  compose: (draft: ReleaseDraft) => Promise<Omit<Release, 'id' | 'kind' | 'workflowId' | 'runId'> | undefined>,
): Promise<Release | undefined> {
  const releases = await privateFolder(releasesFolder(layout, stack));
  const known = (await readReleases(layout, stack)).find(({ kind, runId }) => kind === run.kind && runId === run.runId);
  if (known && run.kind !== 'baseline') return known;
  await sweepDrafts(releases);

  const id = String(Number((await releaseIds(layout, stack)).at(-1) ?? 0) + 1);
  const folder = await privateFolder(path.join(releases, `.draft-${randomBytes(4).toString('hex')}`));
  try {
    const record = await compose({ id, folder, place: path.join('releases', id) });
    if (record === undefined) return undefined;
    const release: Release = { id, ...run, ...record };
    await writeJson(path.join(folder, 'release.json'), release);
    // After a power cut the release is there with all its files, or not at all.
    await syncTree(folder);
    await rename(folder, path.join(releases, id));
    await sync(releases);
    return release;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Copies a frozen configuration into a draft; returns where it will be, relative to the stack's folder. */
export async function keepFrozen(frozenFolder: string, draft: ReleaseDraft): Promise<string> {
  await cp(frozenFolder, path.join(draft.folder, 'frozen'), { recursive: true, preserveTimestamps: true });
  return path.join(draft.place, 'frozen');
}

function releasesFolder(layout: Layout, stack: string): string {
  return path.join(stackFolder(layout, stack), 'releases');
}

async function releaseIds(layout: Layout, stack: string): Promise<string[]> {
  const names = await namesIn(releasesFolder(layout, stack));
  return names.filter((name) => /^[1-9]\d*$/.test(name)).sort((a, b) => Number(a) - Number(b));
}

async function sweepDrafts(releases: string): Promise<void> {
  const drafts = (await readdir(releases)).filter((name) => name.startsWith('.draft-'));
  await Promise.all(drafts.map((name) => rm(path.join(releases, name), { recursive: true, force: true })));
}
