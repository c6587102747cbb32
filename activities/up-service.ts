import { frozenEnvironment } from '../src/docker/compose-environment.js';
import { withJoinedHashes } from '../src/docker/joined-hashes.js';
import { observeServices } from '../src/docker/observe-stack.js';
import { dependenciesOf } from '../src/plan/blast-radius.js';
import { startsByItself, upArgs, type UpWish } from '../src/plan/up-args.js';
import { frozenYaml, type Frozen } from '../src/store/frozen.js';
import type { ComposeCall } from './compose-children.js';
import type { World } from './world.js';

/** What makes Compose bring about one service, as what it depends on stands now. */
export async function upCallNow(world: World, frozen: Frozen, wish: UpWish): Promise<ComposeCall> {
  const observed = await observeServices(world.engine, frozen.spec, [...dependenciesOf(frozen.spec, wish.service)]);
  const env = frozenEnvironment(world, frozen);
  const spec = await withJoinedHashes(frozen, await frozenYaml(frozen), observed, env);
  const args = upArgs(spec, observed, wish);
  return wish.start && !startsByItself(args) ? { args, thenStart: wish.service } : { args };
}
