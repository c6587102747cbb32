import { cancellationSignal } from '@temporalio/activity';
import { discoverStores, type FoundStore } from '../src/backup/discover.js';
import { lookAtStore, type StoreLook } from '../src/backup/look-at-store.js';
import { askedWithPatience } from '../src/backup/moments.js';
import type { Scripts } from '../src/backup/scripts.js';
import { StoreFailed } from '../src/backup/store-kind.js';
import type { SeenStack } from './found-stores.js';
import type { World } from './world.js';

/** What a store says of itself, or why it says nothing. */
export type Answer = StoreLook | { failed: StoreFailed };

/** How a stack's stores are asked. */
export interface Asking {
  seen: SeenStack;
  scripts: Scripts;
  /** Whether an answer is worth waiting for, where what keeps it from coming may pass in a moment. */
  isWanted: (store: FoundStore) => boolean;
}

/** Asks every database of a stack, each beside the others; the answers are by their ids. */
export async function askServers(world: World, asking: Asking): Promise<Map<string, Answer>> {
  const { containers, around } = asking.seen;
  const servers = discoverStores(containers, around).stores.filter(({ type }) => type !== 'volume');
  const answers = servers.map(async (store) => [store.id, await answerOf(world, asking, store)] as const);
  return new Map(await Promise.all(answers));
}

/** Looks at one store; a server is given its time where its answer is wanted. */
export async function answerOf(world: World, asking: Asking, store: FoundStore): Promise<Answer> {
  const { seen, scripts, isWanted } = asking;
  const user = seen.around.policies[store.service]?.user;
  const place = {
    ...{ engine: world.engine, container: store.container, scripts, session: 'evenkeel-look' },
    ...(user === undefined ? {} : { user }),
  };
  const look = () => lookAtStore(store, place);
  try {
    return await (isWanted(store) ? askedWithPatience(look, cancellationSignal()) : look());
  } catch (error) {
    if (error instanceof StoreFailed) return { failed: error };
    throw error;
  }
}

/** Where databases say that they keep their files. What only looks like one and says nothing has no file of its own. */
export function foldersOf({ containers, around }: SeenStack, answers: Map<string, Answer>): Record<string, string[]> {
  const said = discoverStores(containers, around).stores.flatMap((store): [string, string[]][] => {
    const answer = answers.get(store.id);
    if (answer && 'failed' in answer) return store.isGuess ? [[store.container, []]] : [];
    return answer?.folders ? [[store.container, answer.folders]] : [];
  });
  return Object.fromEntries(said);
}
