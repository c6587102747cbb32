import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Verified } from '../spec/deploy-result.js';
import { durationText } from '../spec/duration-text.js';
import type { ServingRelease } from '../spec/presence.js';
import { longestWatchMs } from '../spec/probation.js';
import { stackFolder, type Layout } from './layout.js';
import { readJson, writeJson } from './private-file.js';
import type { Release } from './releases.js';

/** What a release's probation came to. It is beside the record, which is never changed. */
export interface Verification {
  verified: Exclude<Verified, 'unknown'>;
  /** When, ISO 8601. */
  at: string;
  /** In a few plain words. */
  reason: string;
}

/** How a release's probation stands for as long as it has come to no word. */
export interface ProbationNote {
  /** Milliseconds since the epoch. */
  sinceMs: number;
  forMs: number;
  /** Why it ended without a word, in a few plain words. */
  ended?: string;
}

/** Whether a release has proved itself over time. */
export async function readVerification(
  layout: Layout,
  stack: string,
  release: string,
): Promise<Verification | undefined> {
  return readJson<Verification>(verificationFile(layout, stack, release));
}

/** Whether a release counts as verified, as people are told it. */
export async function verifiedOf(layout: Layout, stack: string, release: string): Promise<Verified> {
  return (await readVerification(layout, stack, release))?.verified ?? 'unknown';
}

/** Notes it, once: the first word stands. A release that is gone gets none. Returns the word that stands. */
export async function noteVerification(
  layout: Layout,
  stack: string,
  release: string,
  verification: Verification,
): Promise<Verification | undefined> {
  const known = await readVerification(layout, stack, release);
  if (known) return known;
  if (!(await isKept(layout, stack, release))) return undefined;
  await writeJson(verificationFile(layout, stack, release), verification);
  return verification;
}

/** Notes how the probation of a release stands. A release that is gone gets no note. */
export async function noteProbation(
  layout: Layout,
  stack: string,
  release: string,
  note: ProbationNote,
): Promise<void> {
  if (await isKept(layout, stack, release)) await writeJson(probationFile(layout, stack, release), note);
}

/** The release that serves, as people are told it: whether it is verified, and why not. */
export async function servingRelease(
  layout: Layout,
  stack: string,
  { id, at, kind }: Pick<Release, 'id' | 'at' | 'kind'>,
  nowMs = Date.now(),
): Promise<ServingRelease> {
  const known = await readVerification(layout, stack, id);
  if (known) return { id, at, verified: known.verified, reason: known.reason };
  const note = await readJson<ProbationNote>(probationFile(layout, stack, id));
  return { id, at, ...wordsOf(kind, note, nowMs) };
}

function wordsOf(
  kind: Release['kind'],
  note: ProbationNote | undefined,
  nowMs: number,
): Pick<ServingRelease, 'verified' | 'reason'> {
  if (note?.ended !== undefined) return { verified: 'unknown', reason: note.ended };
  if (!note) {
    const reason = kind === 'baseline' ? 'it was found running' : 'nothing has watched it';
    return { verified: 'unknown', reason };
  }
  if (nowMs - note.sinceMs > longestWatchMs(note.forMs)) {
    return { verified: 'unknown', reason: 'its probation has come to no end' };
  }
  const since = new Date(note.sinceMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return { verified: 'on-probation', reason: `for ${durationText(note.forMs)}, since ${since}` };
}

async function isKept(layout: Layout, stack: string, release: string): Promise<boolean> {
  return access(path.join(releaseFolder(layout, stack, release), 'release.json')).then(
    () => true,
    () => false,
  );
}

function verificationFile(layout: Layout, stack: string, release: string): string {
  return path.join(releaseFolder(layout, stack, release), 'verification.json');
}

function probationFile(layout: Layout, stack: string, release: string): string {
  return path.join(releaseFolder(layout, stack, release), 'probation.json');
}

function releaseFolder(layout: Layout, stack: string, release: string): string {
  return path.join(stackFolder(layout, stack), 'releases', release);
}
