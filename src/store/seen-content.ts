import type { KeptContainer, KeptFile } from './releases.js';

/** Stands for a content that is not the one asked for; no keyed hash looks like it. */
const ANOTHER = 'another';

/**
 * What containers that nobody recorded see of the contents that are asked for, in the form of `contentHashes`: the hash
 * asked for where they see that content, another one where they see something else, and no entry where that is unknown.
 */
export function seenContent(asked: Record<string, string>, kept: KeptContainer[]): Record<string, string> {
  const bound = kept.flatMap((container) => container.bound);
  const files = [...bound, ...kept.flatMap(({ copied }) => copied)];
  const isUnaccounted = ({ hash, target }: KeptFile) =>
    !Object.values(asked).includes(hash) && asked[`bind:${target}`] === undefined;
  const unaccounted = files.some(isUnaccounted);
  const seen: Record<string, string> = {};
  for (const [key, hash] of Object.entries(asked)) {
    const mounted = bound.filter(({ target }) => key === `bind:${target}`);
    const sees =
      mounted.length > 0 ? mounted.every((file) => file.hash === hash) : files.some((file) => file.hash === hash);
    if (sees) seen[key] = hash;
    else if (mounted.length > 0 || (unaccounted && !key.startsWith('bind:'))) seen[key] = ANOTHER;
  }
  return seen;
}
