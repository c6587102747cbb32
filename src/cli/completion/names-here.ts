import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readCollection } from '../../store/collections.js';
import { layoutFrom, stackFolder } from '../../store/layout.js';
import { listStacks } from '../../store/registry.js';
import { globalFlags } from '../global-flags.js';
import type { Cli } from '../terminal.js';
import type { Names } from './candidates.js';
import type { Place } from './where.js';

/** Names from this machine's files alone: neither Temporal nor Docker is asked, since a person waits for the next letter. */
export function namesHere({ env, cwd }: Pick<Cli, 'env' | 'cwd'>): Names {
  const layout = layoutFrom(env);
  const meant = async ({ flags }: Place) => {
    // It reads Compose files; verbs and flags come without.
    const { stackMeant } = await import('./stack-meant.js');
    return stackMeant(layout, globalFlags(flags, env), cwd);
  };
  const below = async (stack: string | undefined, folder: string): Promise<string[]> =>
    stack === undefined ? [] : visible(path.join(stackFolder(layout, stack), folder));
  const kept = async (stack: string, releases: string[]): Promise<string[]> => {
    const collections = await Promise.all(releases.map((release) => readCollection(layout, stack, release)));
    return releases.filter((_, index) => collections[index] === undefined);
  };
  return {
    stacks: async () => (await listStacks(layout)).map(({ name }) => name),
    services: async (place) => (await meant(place))?.services() ?? [],
    releases: async (place) => {
      const stack = (await meant(place))?.name;
      return stack === undefined ? [] : kept(stack, await below(stack, 'releases'));
    },
    backups: async (place) => below((await meant(place))?.name, 'backups'),
  };
}

/** Newest first, where names sort by time; drafts begin with a dot. */
async function visible(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  return entries
    .filter((name) => !name.startsWith('.'))
    .sort((a, b) => b.localeCompare(a, undefined, { numeric: true }));
}
