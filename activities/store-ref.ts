import type { StoreRef } from '../src/spec/backup.js';

/** A store without what is kept of it besides: counts of thousands of tables are for the manifest, not for history. */
export function refOf({ id, type, service, volume, target, filesOf, databases, sizeBytes }: StoreRef): StoreRef {
  return {
    ...{ id, type, service },
    ...(volume === undefined ? {} : { volume }),
    ...(target === undefined ? {} : { target }),
    ...(filesOf === undefined ? {} : { filesOf }),
    ...(databases === undefined ? {} : { databases }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
  };
}
