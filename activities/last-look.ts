import { cancellationSignal } from '@temporalio/activity';
import { relapseOf } from '../src/gates/last-look.js';
import { sampleOf } from '../src/gates/read-container.js';
import type { Sample } from '../src/gates/verdict.js';
import type { ObservedStack } from '../src/plan/observed-stack.js';
import type { Plan } from '../src/plan/plan.js';
import type { GateSummary } from '../src/spec/gate-summary.js';
import type { Frozen } from '../src/store/frozen.js';
import { stepFailed } from './compose-children.js';
import { probedSample } from './probed-sample.js';
import type { World } from './world.js';

/**
 * Throws where a service of the plan has fallen ill since its gates let it through; or has restarted, unless the run has not
 * touched it.
 */
export async function refuseRelapsed(
  world: World,
  { redact }: Frozen,
  { waves }: Plan,
  { containers }: ObservedStack,
  gates: GateSummary[] = [],
): Promise<void> {
  await Promise.all(
    waves.flat().map(async ({ kind, service, gate }) => {
      const own = containers.filter((container) => container.service === service);
      const samples = await Promise.all(own.map(({ id }) => look(world, id, { gate, redact })));
      const counted = gates.findLast((said) => said.service === service && said.restarts !== undefined);
      const reason = relapseOf(
        samples.filter((sample) => sample !== undefined),
        gate,
        kind === 'judge' ? undefined : counted?.restarts,
      );
      if (reason !== undefined) {
        throw stepFailed(`recording the release: ${service} was well, and is no longer: ${reason}`);
      }
    }),
  );
}

/** What Docker calls unhealthy is probed once more: its own next probe may be a long interval away. */
async function look(
  { engine }: World,
  id: string,
  asking: Omit<Parameters<typeof probedSample>[2], 'signal'>,
): Promise<Sample | undefined> {
  const inspect = await engine.inspect(id);
  if (!inspect) return undefined;
  const sample = sampleOf(inspect, Date.now(), asking.redact);
  if (sample.health !== 'unhealthy') return sample;
  return probedSample(engine, inspect, { ...asking, signal: cancellationSignal() });
}
