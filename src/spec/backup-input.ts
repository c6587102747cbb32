import { z } from 'zod';
import { deployFields } from './deploy-input.js';
import { whenAsked } from './when-asked.js';

/** The input of the `backup` workflow. Only `stack` is needed. */
export const backupInput = whenAsked(() =>
  deployFields()
    .pick({ stack: true, host: true, reason: true, performer: true, whenBusy: true, startBy: true })
    .extend({
      /**
       * A drill: id of a backup that is restored on a twin and proven, instead of taking another one; `newest` is the newest.
       */
      backup: z.string().min(1).optional(),
    }),
);

/** A backup as somebody asks for it. */
export type BackupRequest = z.input<ReturnType<typeof backupInput>>;
