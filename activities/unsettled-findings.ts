import path from 'node:path';
import type { Finding } from '../src/spec/finding.js';
import { putBackCommand } from '../src/spec/put-back-command.js';
import { shellQuoted } from '../src/spec/shell-quoted.js';
import { readCapture } from '../src/store/captures.js';
import { runFolder, stackFolder } from '../src/store/layout.js';
import { settledMark, type UnsettledSwap } from '../src/store/unsettled-swaps.js';
import { keptVolumes } from './kept-volumes.js';
import type { World } from './world.js';

/**
 * One for each volume that an earlier run has left half replaced: whatever is started on it, or backed up of it, is of two moments.
 * A volume that is gone is nobody's any more. `but`: volumes that are about to be replaced anyway.
 */
export async function unsettledFindings(
  world: World,
  stack: string,
  unsettled: UnsettledSwap[],
  but: string[] = [],
): Promise<Finding[]> {
  const asked = unsettled.filter(({ swap }) => !but.includes(swap.store.volume));
  const there = await stillThere(world, stack, asked);
  if (there.length === 0) return [];
  const kept = await keptVolumes(world, stack);
  return there.map((one) => findingOf(world, stack, one, kept));
}

/**
 * How a person puts the old content of each of these volumes back, and says so; nothing of it is done to one that is in use. `lost`:
 * those whose old content nobody has any more.
 */
export async function settleCommands(
  world: World,
  stack: string,
  unsettled: UnsettledSwap[],
): Promise<{ unsettled: { volume: string; command: string }[]; lost: { volume: string; service: string }[] }> {
  const there = await stillThere(world, stack, unsettled);
  if (there.length === 0) return { unsettled: [], lost: [] };
  const kept = await keptVolumes(world, stack);
  const isKept = ({ swap }: UnsettledSwap): boolean => kept.has(swap.store.kept);
  return {
    unsettled: there.filter(isKept).map((one) => {
      const { store } = one.swap;
      return { volume: store.volume, command: `${putBackCommand(store)} && ${sayCommand(world, stack, one)}` };
    }),
    lost: there.filter((one) => !isKept(one)).map(({ swap: { store } }) => store),
  };
}

async function stillThere(world: World, stack: string, asked: UnsettledSwap[]): Promise<UnsettledSwap[]> {
  if (asked.length === 0) return [];
  const there = await world.engine.volumes(
    stack,
    asked.map(({ swap }) => swap.store.volume),
  );
  return asked.filter(({ swap }) => there.some(({ name }) => name === swap.store.volume));
}

/** Services that ran before a run put them to rest which never started them again. */
export async function servicesLeftAtRest(
  { layout }: World,
  stack: string,
  unsettled: UnsettledSwap[],
): Promise<Set<string>> {
  const left = new Set<string>();
  for (const { workflowId, runId } of unsettled) {
    const folder = runFolder(layout, stack, workflowId, runId);
    const place = path.relative(stackFolder(layout, stack), path.join(folder, 'capture'));
    const capture = await readCapture(layout, stack, place);
    for (const [service, containers] of Object.entries(capture?.containers ?? {})) {
      if (containers.some(({ state }) => state === 'running')) left.add(service);
    }
  }
  return left;
}

/** By which a person says that a volume is right as it is. */
function sayCommand({ layout }: World, stack: string, { workflowId, runId, swap }: UnsettledSwap): string {
  const mark = settledMark(runFolder(layout, stack, workflowId, runId), swap.store.id);
  return `mkdir -p ${shellQuoted(path.dirname(mark))} && touch ${shellQuoted(mark)}`;
}

function findingOf(world: World, stack: string, unsettled: UnsettledSwap, kept: Set<string>): Finding {
  const { workflowId, swap } = unsettled;
  const { store } = swap;
  const isKept = kept.has(store.kept);
  const say = sayCommand(world, stack, unsettled);
  const putBack =
    `stop what uses it, without which the command does nothing, and put the old content back, on the host: ` +
    `${putBackCommand(store)} && ${say}; or `;
  return {
    ...{ rule: 'data-half-replaced', severity: 'error', service: store.service },
    message:
      `the content of ${store.volume} may be of two moments: ${workflowId} was ended while it replaced it, ` +
      (isKept
        ? `and what there was before is in ${store.kept}`
        : `and what there was before is gone with the volume ${store.kept}`),
    remedy:
      `${isKept ? putBack : ''}restore a backup of it: evenkeel restore -p ${stack} BACKUP ${store.service}; ` +
      `or, where it is right as it is, say so: ${say}`,
  };
}
