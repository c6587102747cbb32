import path from 'node:path';
import { EngineRefused } from '../src/docker/engine.js';
import type { Leftover } from '../src/spec/deploy-result.js';
import { openCapture, type CaptureRecord } from '../src/store/captures.js';
import { openFrozen } from '../src/store/frozen.js';
import { FORWARD_FOLDER, readRestoration } from '../src/store/restorations.js';
import type { HostActivities } from './activities.js';
import { ownRunFolder } from './run-place.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/**
 * Safe to repeat because it goes by what is there: a network that is gone already is no longer found, and volumes are
 * only listed.
 */
export function clearUp(world: World): HostActivities['clearUp'] {
  return async (args) =>
    withTurn(world, args, async () => {
      const capture = await openCapture(world.layout, args.stack, args.capture.folder);
      return {
        leftovers: [
          ...(await removeNetworks(world, args.stack, capture)),
          ...(await newVolumes(world, args.stack, capture)),
        ],
      };
    });
}

/** Networks that Compose made for this project during the run. One that is still in use is a leftover. */
async function removeNetworks({ engine }: World, stack: string, capture: CaptureRecord): Promise<Leftover[]> {
  const leftovers: Leftover[] = [];
  for (const { id, name, key } of await engine.networks(stack, [])) {
    if (key === undefined || capture.networks.includes(name)) continue;
    try {
      await engine.removeNetwork(id);
    } catch (error) {
      if (!(error instanceof EngineRefused)) throw error;
      const command = `docker network rm ${name}`;
      leftovers.push({ what: `network ${name}`, why: error.message, command, debris: false });
    }
  }
  return leftovers;
}

/** They may hold something by now, so they stay. */
async function newVolumes(world: World, stack: string, capture: CaptureRecord): Promise<Leftover[]> {
  const named = (await world.engine.volumes(stack, []))
    .filter(({ name, labels }) => labels && !capture.volumes.includes(name))
    .map(({ name }) => ({ name, origin: 'it was not there before this run' }));
  const anonymous = (await orphanedVolumes(world, stack, capture)).map((name) => ({
    name,
    origin: 'it belonged to a container that was made since this run began, and is gone',
  }));
  return [...named, ...anonymous].map(({ name, origin }) => ({
    what: `volume ${name}`,
    why: `${origin}; volumes are kept, because they may hold something by now`,
    command: `docker volume rm ${name}`,
    debris: true,
  }));
}

async function orphanedVolumes(world: World, stack: string, capture: CaptureRecord): Promise<string[]> {
  const { spec } = await openFrozen(world.layout, stack, capture.frozen);
  const runFolder = ownRunFolder(world, stack);
  const folders = [runFolder, path.join(runFolder, FORWARD_FOLDER)];
  const restorations = await Promise.all(
    folders.flatMap((folder) => Object.keys(spec.services).map((service) => readRestoration(folder, service))),
  );
  return restorations.flatMap((restoration) => restoration.orphanedVolumes);
}
