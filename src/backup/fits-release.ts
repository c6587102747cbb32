import type { Finding } from '../spec/finding.js';
import type { RestorableStore } from '../spec/restore.js';

/** The container of a store's service, as an earlier release had it. */
export interface EarlierHolder {
  imageId: string;
  /** Names of the volumes that it mounted. */
  volumes: string[];
}

/**
 * Why an earlier release would not come up on a store whose content is replaced in what serves now: it had that data in another
 * volume, or its server was another one, which may not read these files. Undefined where nothing says so.
 */
export function unfitFor(
  release: string,
  { id, service, type, filesOf, volume, imageId }: RestorableStore,
  holder: EarlierHolder,
  backup: string,
): Finding | undefined {
  const isServer = type !== 'volume' || filesOf !== undefined;
  const why = !holder.volumes.includes(volume)
    ? `release ${release} did not have it in ${volume}`
    : isServer && holder.imageId !== imageId
      ? `release ${release} ran ${service} from another image, which may not read the files of the one that serves`
      : undefined;
  if (why === undefined) return undefined;
  return {
    ...{ rule: 'data-does-not-fit', severity: 'error', service },
    message: `${id} cannot be brought back together with release ${release}: ${why}`,
    remedy: `one after the other: evenkeel rollback ${release}, then evenkeel restore ${backup}`,
  };
}
