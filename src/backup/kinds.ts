import type { StoreType } from '../spec/backup.js';
import { postgres } from './postgres.js';
import { redis } from './redis.js';
import type { StoreKind } from './store-kind.js';
import { volume } from './volume.js';

/** Every kind of store that we know how to back up. */
export const STORE_KINDS: Record<StoreType, StoreKind> = { postgres, redis, volume };
