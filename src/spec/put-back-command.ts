import type { RestorableStore } from './restore.js';

/** The label of volumes that keep what a stack had before; its value is the stack. A volume of that name without it keeps nothing. */
export const KEPT_OF = 'evenkeel.kept-of';

type Kept = Pick<RestorableStore, 'kept' | 'volume' | 'imageId'>;

/**
 * What a person types to fill a volume with its old content again. It is said where we could not do it ourselves, often since what
 * uses the volume could not be stopped: so it does nothing while any container that mounts it runs.
 */
export function putBackCommand(store: Kept): string {
  return `test -z "$(docker ps -q --filter volume=${store.volume})" && ${fillCommand(store)}`;
}

/**
 * The filling alone, whatever the image would start, and as whom; it needs nothing of ours. Docker makes a volume that it is to mount
 * and that is gone: from such a one nothing is filled.
 */
export function fillCommand({ kept, volume, imageId }: Kept): string {
  const mounts = [
    `type=volume,source=${kept},target=/from,readonly,volume-nocopy`,
    `type=volume,source=${volume},target=/to,volume-nocopy`,
  ];
  const within = 'cd /to && find . -mindepth 1 -maxdepth 1 -exec rm -rf {} + && cp -a /from/. /to/ && sync';
  return [
    `docker volume inspect -f '{{index .Labels "${KEPT_OF}"}}' ${kept} | grep -q . &&`,
    'docker run --rm --network none --user 0 --entrypoint sh',
    ...mounts.map((mount) => `--mount ${mount}`),
    `${imageId} -c '${within}'`,
  ].join(' ');
}
