import { z } from 'zod';
import { deployFields } from './deploy-input.js';
import { whenAsked } from './when-asked.js';

const release = () =>
  z.string().regex(/^[1-9]\d*$/, 'a release is named by its number, for example "3"; list them: evenkeel releases');

/** The input of the `rollback` workflow. Only `stack` is needed. */
export const rollbackInput = whenAsked(() =>
  deployFields()
    .pick({
      stack: true,
      host: true,
      reason: true,
      performer: true,
      dryRun: true,
      whenBusy: true,
      startBy: true,
      requireApproval: true,
    })
    .extend({
      /** The release to go back to; default: the last one that was verified. */
      to: release().optional(),
      /** Only if this release serves; refused otherwise. */
      from: release().optional(),
      /** Bring the data back too, as it was backed up before that release was replaced. Always waits for approval. */
      restoreData: z.boolean().default(false),
    }),
);

/** A rollback as asked for, with every default filled in. */
export type RollbackInput = z.output<ReturnType<typeof rollbackInput>>;
/** A rollback as somebody asks for it. */
export type RollbackRequest = z.input<ReturnType<typeof rollbackInput>>;
