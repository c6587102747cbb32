import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Verified } from '../spec/deploy-result.js';
import { stackFolder, type Layout } from './layout.js';
import { readJson, writeJson } from './private-file.js';

/** What a release's probation came to. It is beside the record, which is never changed. */
export interface Verification {
  verified: Exclude<Verified, 'unknown'>;
  /** When, ISO 8601. */
  at: string;
  /** In a few plain words. */
  reason: string;
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
  const file = verificationFile(layout, stack, release);
  const isKept = await access(path.join(path.dirname(file), 'release.json')).then(
    () => true,
    () => false,
  );
  if (!isKept) return undefined;
  await writeJson(file, verification);
  return verification;
}

function verificationFile(layout: Layout, stack: string, release: string): string {
  return path.join(stackFolder(layout, stack), 'releases', release, 'verification.json');
}
