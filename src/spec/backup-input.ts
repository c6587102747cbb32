import type { z } from 'zod';
import { deployFields } from './deploy-input.js';

/** The input of the `backup` workflow. Only `stack` is needed. */
export const backupInput = deployFields.pick({
  stack: true,
  host: true,
  reason: true,
  performer: true,
  whenBusy: true,
  startBy: true,
});

/** A backup as somebody asks for it. */
export type BackupRequest = z.input<typeof backupInput>;
