import path from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import { frozenEnvironment } from '../src/docker/compose-environment.js';
import { withJoinedHashes } from '../src/docker/joined-hashes.js';
import { observeStack } from '../src/docker/observe-stack.js';
import { obstacles } from '../src/plan/obstacles.js';
import { planDeployment as planFor, type PlanRequest } from '../src/plan/plan-deployment.js';
import type { Plan } from '../src/plan/plan.js';
import type { ReleaseFacts, ServiceFacts } from '../src/plan/release-facts.js';
import { renderPlan } from '../src/plan/render-plan.js';
import { findingText, type Finding } from '../src/spec/finding.js';
import { type CaptureRecord, readCapture } from '../src/store/captures.js';
import { frozenYaml, openFrozen } from '../src/store/frozen.js';
import { writeJson, writePrivate } from '../src/store/private-file.js';
import { latestRelease, type ReleasedService } from '../src/store/releases.js';
import type { HostActivities } from './activities.js';
import { withBegunFacts } from './begun-facts.js';
import { FAILURE } from './failures.js';
import { whatMayChange } from './may-change.js';
import { ownRunFolder, ownCapturePlace } from './run-place.js';
import { refuseWhenNotBegun } from './take-turn.js';
import type { World } from './world.js';

/** Safe to repeat because it looks, and writes its own files over themselves. */
export function planDeployment(world: World): HostActivities['planDeployment'] {
  return async (args) => {
    await refuseWhenNotBegun(world, args);
    const { stack, frozen: ref, services, images, ...making } = args;
    const frozen = await openFrozen(world.layout, stack, ref.folder);
    const observed = await observeStack(world.engine, frozen.spec);
    const capture = await readCapture(world.layout, stack, ownCapturePlace(world, stack));
    const { begun = [], because } = begunBefore(capture);
    const known = begun.filter((name) => name in frozen.spec.services);
    const last = await withBegunFacts(world, await lastFacts(world, stack), observed, known);
    const spec = await withJoinedHashes(frozen, await frozenYaml(frozen), observed, frozenEnvironment(world, frozen));
    const request: PlanRequest = {
      spec,
      observed,
      services,
      ...(last ? { last } : {}),
      ...(capture && known.length > 0
        ? { formerSelf: { ...capture, begun: known, ...(because === undefined ? {} : { because }) } }
        : {}),
      ...(images === 'may-change'
        ? { mayChange: await whatMayChange(world, { frozen, observed, services, ...making }) }
        : {}),
    };
    const plan = soundPlan(request);
    const folder = ownRunFolder(world, stack);
    await Promise.all([
      writeJson(path.join(folder, 'observed.json'), observed),
      writeJson(path.join(folder, 'plan.json'), plan),
      writePrivate(path.join(folder, 'plan.txt'), renderPlan(plan)),
    ]);
    return plan;
  };
}

/** Services that a former self of the run had begun, or a run before that never came to its end. */
function begunBefore(capture: CaptureRecord | undefined): { begun?: string[]; because?: string } {
  if (!capture) return {};
  const { begun, unended } = capture;
  if (begun !== undefined || !unended) return begun === undefined ? {} : { begun };
  return { begun: unended.back, because: `was begun by ${unended.workflowId}, which never came to its end` };
}

/** Throws `StepFailed` with every reason why the plan must not be walked. */
function soundPlan(request: PlanRequest): Plan {
  const plan = attempt(() => planFor(request));
  const errors = obstacles(request, plan).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw refused(errors.map(findingText).join('\n'), errors);
  return plan;
}

/** The planner throws on what no retry changes. */
function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error), []);
  }
}

function refused(message: string, findings: Finding[]): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, FAILURE.stepFailed, { excerpt: [], findings });
}

/** What is known of the release that serves; undefined for a stack that has none. */
async function lastFacts({ layout }: World, stack: string): Promise<ReleaseFacts | undefined> {
  const release = await latestRelease(layout, stack);
  if (!release) return undefined;
  const facts = await Promise.all(
    Object.entries(release.services).map(async ([name, service]): Promise<[string, ServiceFacts]> => {
      const scale = await askedScale(layout, stack, name, service);
      return [
        name,
        {
          containerIds: service.containers.map(({ id }) => id),
          imageId: service.imageId,
          configHash: service.configHash,
          contentHashes: service.contentHashes,
          ...(scale === undefined ? {} : { scale }),
        },
      ];
    }),
  );
  return { release: release.id, services: Object.fromEntries(facts) };
}

/** How many containers its file asked for, which is not how many there were. */
async function askedScale(
  layout: World['layout'],
  stack: string,
  name: string,
  { frozen }: ReleasedService,
): Promise<number | undefined> {
  if (frozen === undefined) return undefined;
  return (await openFrozen(layout, stack, frozen)).spec.services[name]?.scale;
}
