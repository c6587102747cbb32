import type { ChildEnd } from '../src/docker/children.js';
import { frozenEnvironment } from '../src/docker/compose-environment.js';
import { EngineRefused } from '../src/docker/engine.js';
import { withJoinedHashes } from '../src/docker/joined-hashes.js';
import { observeStack } from '../src/docker/observe-stack.js';
import { isWeather } from '../src/docker/weather.js';
import { upArgs, type UpWish } from '../src/plan/up-args.js';
import { frozenYaml, type Frozen } from '../src/store/frozen.js';
import { stepFailed } from './compose-children.js';
import type { World } from './world.js';

/** The arguments that make Compose bring about one service, as the stack stands now. */
export async function upArgsNow(world: World, frozen: Frozen, wish: UpWish): Promise<string[]> {
  const observed = await observeStack(world.engine, frozen.spec);
  const env = frozenEnvironment(world, frozen);
  return upArgs(await withJoinedHashes(frozen, await frozenYaml(frozen), observed, env), observed, wish);
}

/**
 * Starts what a Compose that ended well has only created. A container that a dead Compose has created is left alone: the
 * files that belong into it may be missing.
 */
export async function startCreated({ engine }: World, stack: string, service: string, end: ChildEnd): Promise<void> {
  if (end.kind === 'lost' || end.exitCode !== 0) return;
  const created = (await engine.containers(stack, service)).filter(
    ({ state, leftoverOf }) => state === 'created' && leftoverOf === undefined,
  );
  try {
    await Promise.all(created.map(({ id }) => engine.start(id)));
  } catch (error) {
    if (!(error instanceof EngineRefused) || isWeather(error)) throw error;
    throw stepFailed(`starting ${service}: Docker refused: ${error.message}`);
  }
}
