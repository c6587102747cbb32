import path from 'node:path';
import type { ObservedContainer } from '../plan/observed-stack.js';
import { stackFolder, type Layout } from './layout.js';
import { readJson, writeJson } from './private-file.js';

/**
 * What a run found before it changed anything: enough to tell later what the run made. How to bring a service back is in
 * the release that it names.
 */
export interface CaptureRecord {
  /** Absent when the stack had no container. */
  release?: string;
  /** The run's turn: captures of a stack are in the order of it. */
  epoch: number;
  /** The frozen configuration of the run, relative to the stack's folder. */
  frozen: string;
  /** By service; what is not listed was not there. */
  containers: Record<string, Pick<ObservedContainer, 'id' | 'number' | 'state'>[]>;
  /** Services that were sick before the run did anything. */
  sick: string[];
  /** What each image reference is to name again after a rollback; null: nothing. */
  tags: Record<string, string | null>;
  /** Names of the networks and volumes that were there. */
  networks: string[];
  volumes: string[];
  /**
   * Only where the run was reset, and goes by what its former self captured: the services that were not as captured when
   * this run began, in the order in which they start. `frozen` is the former self's then.
   */
  begun?: string[];
  /** Only where a run before never came to its end, and nobody has seen to that since. */
  unended?: UnendedRun;
  /** It says what a rollback is to bring about, not what was found. */
  aim?: boolean;
}

/** What a run that never came to its end has left, by the services that this one knows. */
export interface UnendedRun {
  workflowId: string;
  /** Services that it had begun. */
  begun: string[];
  /** Those of them that are as it left them, and come back as they were before it: so `containers`, `sick` and the release have them. */
  back: string[];
  /** Those that could not come back as they were before it, and count as they were found. */
  lost: string[];
}

/** The record of a capture; undefined where the capture has not ended. `folder` is relative to the stack's folder. */
export async function readCapture(layout: Layout, stack: string, folder: string): Promise<CaptureRecord | undefined> {
  return readJson<CaptureRecord>(captureFile(layout, stack, folder));
}

/** The same, for steps that cannot do without it. */
export async function openCapture(layout: Layout, stack: string, folder: string): Promise<CaptureRecord> {
  const record = await readCapture(layout, stack, folder);
  if (!record)
    throw new Error(
      `${captureFile(layout, stack, folder)} is gone: what served before ${stack} was changed is not known`,
    );
  return record;
}

export async function writeCapture(
  layout: Layout,
  stack: string,
  folder: string,
  record: CaptureRecord,
): Promise<void> {
  await writeJson(captureFile(layout, stack, folder), record);
}

function captureFile(layout: Layout, stack: string, folder: string): string {
  return path.join(stackFolder(layout, stack), folder, 'capture.json');
}
