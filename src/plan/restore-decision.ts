import { isUp, type ObservedContainer } from './observed-stack.js';

/** What is known of a service when it is to be brought back. */
export interface RestoreFacts {
  /** How it was; undefined where it was not there. */
  kept?: {
    method: 'compose' | 'inspect';
    imageId: string;
    configHash: string;
    containers: { number: number; state: 'running' | 'stopped' | 'completed' }[];
  };
  /** The containers it had, by the ids under which they would be found now. */
  captured: { id: string; number: number }[];
  /** All containers of the service that are there now, leftovers too. */
  now: ObservedContainer[];
  /** The containers whose namespaces or volumes it shares are still the same ones. */
  joinsIntact: boolean;
  /** What is there now holds every anonymous volume that it had, so that Compose would carry them over. */
  volumesHeld: boolean;
  /** The reference in the kept configuration can be made to name the kept image. */
  referenceUsable: boolean;
  /** A single file that it mounts has other content on the host by now. */
  contentDiffers: boolean;
  /** The label that `up --no-deps` gives, where that is another than `kept.configHash`. */
  configHashAlone?: string | undefined;
}

/** What brings a service back. Removing a container always leaves its volumes. */
export type RestoreDecision =
  /** It was not there: it goes. */
  | { way: 'absent'; remove: string[] }
  /** Its containers are still the very same: only what was added goes, and what was stopped half-way starts. */
  | { way: 'untouched'; remove: string[]; start: string[] }
  /** Compose makes it again; `force`, because it would see no difference. */
  | { way: 'compose'; force: boolean }
  /** Each container of these numbers is made again from its inspect; the others stay. */
  | { way: 'inspect'; remove: string[]; recreate: number[]; start: string[] };

/** The same, but each of its containers is to run, as after its data was restored. */
export function allRunning<T extends NonNullable<RestoreFacts['kept']>>(kept: T): T {
  return { ...kept, containers: kept.containers.map((container) => ({ ...container, state: 'running' as const })) };
}

/** Decides how a service comes back, from whatever state a run, or a Compose killed in the middle, has left it in. */
export function decideRestore(facts: RestoreFacts): RestoreDecision {
  const { kept, captured, now, joinsIntact, contentDiffers } = facts;
  if (!kept || captured.length === 0) return { way: 'absent', remove: now.map(({ id }) => id) };

  const survivors = now.filter(({ id }) => captured.some((container) => container.id === id));
  const others = now.filter((container) => !survivors.includes(container)).map(({ id }) => id);
  const start = survivors.filter((container) => shouldRun(facts, container) && !isUp(container)).map(({ id }) => id);
  const asItWas = joinsIntact && !(contentDiffers && start.length > 0);
  if (asItWas && survivors.length === captured.length) return { way: 'untouched', remove: others, start };

  if (mayUseCompose(facts)) return { way: 'compose', force: !joinsIntact || looksTheSame(facts, survivors) };

  const staying = asItWas ? survivors : [];
  const stays = (number: number) => captured.some((c) => c.number === number && staying.some(({ id }) => id === c.id));
  return {
    way: 'inspect',
    remove: now.filter((container) => !staying.includes(container)).map(({ id }) => id),
    recreate: captured.map(({ number }) => number).filter((number) => !stays(number)),
    start: asItWas ? start : [],
  };
}

function mayUseCompose(facts: RestoreFacts): boolean {
  const { kept, volumesHeld, referenceUsable } = facts;
  const states = new Set(kept!.containers.map(({ state }) => state));
  return kept!.method === 'compose' && volumesHeld && referenceUsable && states.size === 1 && giveSameNumbers(facts);
}

/**
 * Compose keeps the numbers that it finds and counts on from the highest; of too many it removes which it likes. Names
 * are made of numbers, so they have to come out as they were.
 */
function giveSameNumbers({ captured, now }: RestoreFacts): boolean {
  const numbers = now.map(({ number }) => number);
  if (numbers.length > captured.length) return false;
  while (numbers.length < captured.length) numbers.push(Math.max(0, ...numbers) + 1);
  return captured.every(({ number }) => numbers.includes(number));
}

/** Compose compares image and configuration only; what differs in content or in what it joins looks the same to it. */
function looksTheSame({ kept, now, configHashAlone }: RestoreFacts, survivors: ObservedContainer[]): boolean {
  return now.some(
    (container) =>
      !survivors.includes(container) &&
      container.imageId === kept!.imageId &&
      [kept!.configHash, configHashAlone].includes(container.configHash),
  );
}

function shouldRun({ kept, captured }: RestoreFacts, { id }: ObservedContainer): boolean {
  const number = captured.find((container) => container.id === id)?.number;
  return kept!.containers.some((container) => container.number === number && container.state === 'running');
}
