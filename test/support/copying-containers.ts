import { setTimeout as pause } from 'node:timers/promises';
import { engineOf } from './docker-api.js';

/** How often it is looked before one counts as left: who has just ended is removed in a moment. */
const LOOKS = 20;

/** Names of our own containers that copy or compare what a stack, or a twin of it, has in its mounts. They are of no Compose project. */
export async function copyingContainers(stack: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  for (let look = 1; ; look += 1) {
    const all = await engineOf(env).listContainers({ all: true, filters: { label: ['evenkeel.reading'] } });
    const own = all.filter(({ Names, Mounts }) =>
      [...Names, ...Mounts.flatMap(({ Name, Source }) => [Name ?? '', Source])].some((name) => name.includes(stack)),
    );
    if (own.length === 0 || look === LOOKS) return own.flatMap(({ Names }) => Names);
    await pause(500);
  }
}
