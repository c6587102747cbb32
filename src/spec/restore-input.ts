import { z } from 'zod';
import { deployFields } from './deploy-input.js';
import { whenAsked } from './when-asked.js';

/** The input of the `restore` workflow. Only `stack` is needed. */
export const restoreInput = whenAsked(() =>
  deployFields()
    .pick({ stack: true, host: true, services: true, reason: true, performer: true, whenBusy: true, startBy: true })
    .extend({
      /** Id of the backup to go back to; default: the newest. */
      backup: z.string().min(1).optional(),
    }),
);

/** A restore as asked for, with every default filled in. */
export type RestoreInput = z.output<ReturnType<typeof restoreInput>>;
/** A restore as somebody asks for it. */
export type RestoreRequest = z.input<ReturnType<typeof restoreInput>>;
