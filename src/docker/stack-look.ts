import { serviceRows } from '../plan/service-rows.js';
import type { StackLook } from '../spec/presence.js';
import { readHold } from '../store/holds.js';
import type { Layout } from '../store/layout.js';
import { latestRelease } from '../store/releases.js';
import { servingRelease } from '../store/verifications.js';
import type { Engine } from './engine.js';

/** How a stack of this host is: the services that have containers, and those of its last release; whether that is verified. */
export async function lookAtStack(
  layout: Layout,
  engine: Pick<Engine, 'containers'>,
  stack: string,
): Promise<StackLook> {
  const [containers, release, hold] = await Promise.all([
    engine.containers(stack),
    latestRelease(layout, stack),
    readHold(layout, stack),
  ]);
  return {
    stack,
    ...(release ? { release: await servingRelease(layout, stack, release) } : {}),
    ...(hold ? { hold } : {}),
    services: serviceRows(containers, Object.keys(release?.services ?? {}), []),
  };
}
