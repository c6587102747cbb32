import { EngineRefused } from '../src/docker/engine.js';
import { isWeather } from '../src/docker/weather.js';
import { gateFor } from '../src/plan/gate-for.js';
import type { GateSpec } from '../src/plan/plan.js';
import { isUp } from '../src/plan/observed-stack.js';
import { allRunning, decideRestore } from '../src/plan/restore-decision.js';
import { openFrozen } from '../src/store/frozen.js';
import { hasActed, writeRestoration } from '../src/store/restorations.js';
import type { HostActivities, Restored } from './activities.js';
import { stepFailed } from './compose-children.js';
import { foundByHand } from './found-by-hand.js';
import { lookAtReturning, type Returning } from './restore-facts.js';
import { isOurs, removeService, restoreByCompose, restoreByInspect } from './restore-ways.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/**
 * Safe to repeat, and safe where nothing happened, because it decides from what is there now: a captured container that
 * is still itself is left alone or just started; a Compose of an earlier attempt is found by its traces, and one that
 * was killed is cleared up after; a container made from an inspect is noted as soon as it is whole, and one that is not
 * noted is made again. Its data is safe throughout: no volume is ever removed, and anonymous ones are put back by name.
 * On the way forward it looks first whether somebody else has changed the service, and leaves that to people.
 */
export function restoreService(world: World): HostActivities['restoreService'] {
  return async (args) =>
    withTurn(world, args, async (lock) => {
      const where = { service: args.service, isForward: args.seen !== undefined };
      const found = await lookAtReturning(world, args.stack, args.capture, where);
      const returning: Wanted = args.run ? toRun(found) : found;
      const byHand = args.seen && (await changedSince(world, returning, args.seen));
      if (byHand) return byHand;
      try {
        return await restore(world, returning, lock);
      } catch (error) {
        if (!(error instanceof EngineRefused) || isWeather(error)) throw error;
        const reason = await redacted(world, returning, error.message);
        throw stepFailed(`bringing back ${args.service}: Docker refused: ${reason}`);
      }
    });
}

async function changedSince(world: World, returning: Returning, seen: string[]): Promise<Restored | undefined> {
  const { stack, service, facts } = returning;
  const found = await foundByHand(world, { stack, service, seen }, (id) => isOurs(world, returning, id));
  return found && { ...found, state: facts.now.some(isUp) ? 'running' : 'stopped', remarks: [] };
}

/** `run`: it is to run, however it was captured. */
type Wanted = Returning & { run?: true };

/** Whatever the capture says of its state: it comes back in order to run. */
function toRun(returning: Returning): Wanted {
  const { kept, facts } = returning;
  if (!kept) return returning;
  const running = { ...allRunning(kept), state: 'running' as const };
  return { ...returning, kept: running, facts: { ...facts, kept: running }, run: true };
}

/** What Docker says may quote the command line of a container, of the release or of what was found. */
async function redacted({ layout }: World, { stack, capture, frozen }: Returning, text: string): Promise<string> {
  const own = await openFrozen(layout, stack, capture.frozen);
  return own.redact(frozen ? frozen.redact(text) : text);
}

async function restore(world: World, returning: Wanted, lock: { fd: number }): Promise<Restored> {
  const decision = decideRestore(returning.facts);
  switch (decision.way) {
    case 'absent':
      await removeService(world, returning, decision);
      return { state: 'absent', untouched: false, remarks: [] };
    case 'untouched': {
      if (decision.remove.length + decision.start.length > 0) await noteActing(returning);
      for (const id of decision.remove) await world.engine.remove(id);
      for (const id of decision.start) await world.engine.start(id);
      const untouched = !hasActed(returning.restoration) && !returning.actedForward;
      return { ...(await restored(world, returning, [], untouched)), untouched };
    }
    case 'compose':
      await restoreByCompose(world, returning, decision, lock);
      return restored(world, returning, remarksOn(returning));
    case 'inspect':
      await noteActing(returning);
      await restoreByInspect(world, returning, decision);
      return restored(world, returning, remarksOn(returning));
  }
}

/** Noted before the act, since a later attempt that finds everything in place cannot tell. */
async function noteActing({ restoration, notes, service }: Returning): Promise<void> {
  restoration.acted = true;
  await writeRestoration(notes, service, restoration);
}

function remarksOn({ service, copies, kept }: Returning): string[] {
  const mounts = Object.entries(copies).map(
    ([source, copy]) => `${service}: ${source} has changed since, so ${service} mounts the content of before: ${copy}`,
  );
  const hadEnded = kept!.containers.some(({ state }) => state === 'completed');
  const ended = `${service}: had run to its end, and is not run another time; its container is there, and not started`;
  return [...mounts, ...(hadEnded ? [ended] : [])];
}

async function restored(world: World, returning: Wanted, remarks: string[], leftAlone = false): Promise<Restored> {
  const running = returning.kept!.containers.some(({ state }) => state === 'running');
  if (!running) return { state: 'stopped', untouched: false, remarks };
  const gate = await gateOf(world, returning, leftAlone);
  return { state: 'running', untouched: false, remarks, ...(gate ? { gate } : {}) };
}

/** Under the policy of the run that is taken back; what was sick before only fails when it is worse. */
async function gateOf(
  world: World,
  { stack, service, capture, frozen, run }: Wanted,
  leftAlone: boolean,
): Promise<GateSpec | undefined> {
  const own = await openFrozen(world.layout, stack, capture.frozen);
  // A release may have kept a service that its own file did not name any more.
  const spec = service in own.spec.services ? own.spec : frozen?.spec;
  if (!spec?.services[service]) return undefined;
  // What is to run although it did not has nothing that could be forgiven to it, and how it ended tells nothing.
  const before = capture.containers[service]!;
  const up = before.filter(isUp);
  const wasSick = capture.sick.includes(service) && (!run || up.length > 0);
  // What its containers are now tells nothing of whether it is meant to end; what they were does.
  return gateFor(spec, spec.services[service]!, run ? up : before, { leftAlone, wasSick });
}
