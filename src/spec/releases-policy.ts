import { z } from 'zod';
import { size } from './size.js';

/** How long releases are kept, and how much the engine may keep of what builds leave behind. */
export interface ReleasesPolicy {
  /** How many releases one can go back to, besides the one that serves and the last verified one. */
  keep: number;
  /** What the engine's build cache is cut down to after a deployment of a stack that builds; `off`: it is left alone. */
  buildCacheBytes: number | 'off';
}

/** `releases` at the top level. */
export const releasesSchema = z.strictObject(
  { keep: kept().optional(), build_cache: buildCache().optional() },
  { error: 'must be a mapping of keys' },
);

export const RELEASES_KEYS = Object.keys(releasesSchema.shape);

export const DEFAULT_RELEASES: ReleasesPolicy = { keep: 5, buildCacheBytes: 20 * 1024 ** 3 };

/** What is written, with defaults for the rest. */
export function releasesPolicyOf(written: z.output<typeof releasesSchema> | null | undefined): ReleasesPolicy {
  return {
    keep: written?.keep ?? DEFAULT_RELEASES.keep,
    buildCacheBytes: written?.build_cache ?? DEFAULT_RELEASES.buildCacheBytes,
  };
}

function kept() {
  const error = 'must be how many releases one can go back to (1 or more)';
  // A number that came out of a variable is text.
  return z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error })
    .pipe(z.number().int(error).min(1, error));
}

function buildCache() {
  const error = 'must be a size, like 20gb, or off';
  return z.union([z.literal('off'), size.pipe(z.number().min(1, error))], { error });
}
