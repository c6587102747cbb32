import { z } from 'zod';
import { deployFields, duration } from './deploy-input.js';
import { whenAsked } from './when-asked.js';

const DEFAULT_MS = 3_600_000;
const LONGEST_MS = 30 * 86_400_000;

/** The input of the workflow `hold`: who, why, and for how long. `{"stack":"shop","performer":"ann","reason":"why"}` is the smallest. */
export const holdInput = whenAsked(() =>
  deployFields()
    .pick({ stack: true, host: true, reason: true, dryRun: true })
    .extend({
      /** Who asks. Without Temporal authentication this is a claim. */
      performer: z.string({ error: 'say who you are: "performer"' }).min(1).max(200),
      /** For how long, from when it was asked for; default 1h. It ends by itself. */
      for: duration()
        .refine((ms) => ms > 0 && ms <= LONGEST_MS, { error: 'a stack is held for 30d at the longest' })
        .optional(),
      /** Lift the hold instead. */
      end: z.boolean().default(false),
    })
    .refine(({ end, reason = '' }) => end || reason.trim() !== '', { error: 'say why: "reason"', path: ['reason'] })
    .refine((asked) => !(asked.end && asked.for !== undefined), {
      error: 'a hold that is lifted has no length',
      path: ['for'],
    })
    .transform(({ for: forMs = DEFAULT_MS, end, ...asked }) => ({ ...asked, forMs: end ? 0 : forMs })),
);

/** A hold as somebody asks for it. */
export type HoldRequest = z.input<ReturnType<typeof holdInput>>;
