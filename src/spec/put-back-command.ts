import type { RestorableStore } from './restore.js';

/**
 * What a person types to fill a volume with its old content again, whatever the image would start, and as whom. It is said where
 * we could not do it ourselves, so it needs nothing of ours.
 */
export function putBackCommand({
  kept,
  volume,
  imageId,
}: Pick<RestorableStore, 'kept' | 'volume' | 'imageId'>): string {
  const mounts = [
    `type=volume,source=${kept},target=/from,readonly,volume-nocopy`,
    `type=volume,source=${volume},target=/to,volume-nocopy`,
  ];
  const within = 'cd /to && find . -mindepth 1 -maxdepth 1 -exec rm -rf {} + && cp -a /from/. /to/ && sync';
  return [
    'docker run --rm --network none --user 0 --entrypoint sh',
    ...mounts.map((mount) => `--mount ${mount}`),
    `${imageId} -c '${within}'`,
  ].join(' ');
}
