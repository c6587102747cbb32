import { z } from 'zod';
import { durationValue } from './duration-value.js';
import { size } from './size.js';
import type { BackupPolicy, ServiceBackupPolicy } from './stack-spec.js';

const mapping = { error: 'must be a mapping of keys' };

/** `backup` at the top level. */
export const backupSchema = z.strictObject(
  {
    directory: z.string({ error: 'must be a folder' }).min(1, 'must be a folder').optional(),
    max_size: size.optional(),
    max_age: durationValue().optional(),
    keep: kept().optional(),
  },
  mapping,
);

/** `backup` of a service. */
export const serviceBackupSchema = z.strictObject(
  {
    type: z.enum(['postgres', 'redis', 'volume', 'none'], 'must be postgres, redis, volume or none').optional(),
    database: z.string({ error: 'must be the name of a database' }).min(1).optional(),
    user: z.string({ error: 'must be the name of a user of the database' }).min(1).optional(),
    consistency: z.enum(['none', 'pause', 'stop'], 'must be none, pause or stop').optional(),
  },
  mapping,
);

export const BACKUP_KEYS = Object.keys(backupSchema.shape);
export const SERVICE_BACKUP_KEYS = Object.keys(serviceBackupSchema.shape);

export const DEFAULT_BACKUP: BackupPolicy = { maxSizeBytes: 5 * 1024 ** 3, maxAgeMs: 0, keep: 7 };

/** What is written, with defaults for the rest. */
export function backupPolicyOf(written: z.output<typeof backupSchema> | null | undefined): BackupPolicy {
  return {
    ...(written?.directory === undefined ? {} : { directory: written.directory }),
    maxSizeBytes: written?.max_size ?? DEFAULT_BACKUP.maxSizeBytes,
    maxAgeMs: written?.max_age ?? DEFAULT_BACKUP.maxAgeMs,
    keep: written?.keep ?? DEFAULT_BACKUP.keep,
  };
}

/** `x-evenkeel.backup` of a service in a rendered file; what is not valid has been found before. */
export function serviceBackupOf(extension: unknown): ServiceBackupPolicy {
  const { backup } = (extension ?? {}) as { backup?: unknown };
  return serviceBackupSchema.safeParse(backup ?? {}).data ?? {};
}

function kept() {
  const error = 'must be how many backups are kept (1 or more)';
  // A number that came out of a variable is text.
  return z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error })
    .pipe(z.number().int(error).min(1, error));
}
