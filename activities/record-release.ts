import path from 'node:path';
import { observeStack } from '../src/docker/observe-stack.js';
import type { ObservedStack } from '../src/plan/observed-stack.js';
import { mutatingSteps, type Plan } from '../src/plan/plan.js';
import { unservedReason } from '../src/plan/served-decision.js';
import type { StackSpec } from '../src/spec/stack-spec.js';
import { openBackup } from '../src/store/backups.js';
import { openFrozen } from '../src/store/frozen.js';
import { hostIdentity } from '../src/store/host-identity.js';
import {
  appendRelease,
  keepFrozen,
  latestRelease,
  readRelease,
  type Release,
  type ReleaseBackup,
} from '../src/store/releases.js';
import { sameServices } from '../src/store/same-services.js';
import type { HostActivities } from './activities.js';
import { stepFailed } from './compose-children.js';
import { keepServices, pinServices } from './keep-services.js';
import { refuseRelapsed } from './last-look.js';
import { releaseMetrics } from './release-metrics.js';
import { ownRun } from './run-place.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/**
 * Safe to repeat because a release is appended at most once for a run, and by one rename. Where what serves is the last
 * release already, that one is named and none is appended.
 */
export function recordRelease(world: World): HostActivities['recordRelease'] {
  return async (args) =>
    withTurn(world, args, async () => {
      const { stack, frozen: ref, plan, reason, performer, gates, repeats } = args;
      const frozen = await openFrozen(world.layout, stack, ref.folder);
      const observed = await observeStack(world.engine, frozen.spec);
      const previous = await latestRelease(world.layout, stack);
      const origin = repeats === undefined ? previous : await readRelease(world.layout, stack, repeats);
      const made = madeBy(plan);
      const kind = repeats === undefined ? 'deployed' : 'rolled-back';
      const { key } = await hostIdentity(world.layout);

      const release = await appendRelease(world.layout, stack, { kind, ...ownRun() }, async (draft) => {
        const walked = repeats === undefined ? plan : running(plan, origin);
        refuseOther(walked, frozen.spec, observed);
        await refuseRelapsed(world, frozen, walked, observed, gates);
        const keeping = { engine: world.engine, draft, key };
        const services = await keepServices(keeping, observed, {
          own: { spec: frozen.spec, frozen: path.join(draft.place, 'frozen') },
          made,
          ...(origin ? { previous: origin } : {}),
        });
        if (previous && isRecorded(previous, services, made)) return undefined;
        await keepFrozen(frozen.folder, draft);
        const backup = await backupOf(world, stack, args.backup);
        const metrics = await releaseMetrics(world, stack, observed);
        return {
          at: new Date().toISOString(),
          ...(repeats === undefined ? {} : { repeats }),
          frozenHash: ref.hash,
          ...(frozen.source ? { source: frozen.source } : {}),
          ...(gates === undefined ? {} : { gates }),
          ...(metrics ? { metrics } : {}),
          ...(reason === undefined ? {} : { reason }),
          ...(performer === undefined ? {} : { performer }),
          ...(backup ? { backup } : {}),
          services: await pinServices(keeping, stack, services),
        };
      });
      const forMs = frozen.spec.policy.probationMs;
      const services = [...made].filter((service) => release?.services[service] !== undefined);
      const isWatched = forMs > 0 && services.length > 0;
      return {
        release: (release ?? previous!).id,
        ...(isWatched ? { probation: { services, forMs } } : {}),
        ...(release ? { collect: true as const } : {}),
      };
    });
}

/** What is known of the backup now: its files may be gone long before the release is. */
async function backupOf({ layout }: World, stack: string, id?: string): Promise<ReleaseBackup | undefined> {
  const opened = id === undefined ? undefined : await openBackup(layout, stack, id);
  if (!opened) return undefined;
  const { stores, proofs } = opened.manifest;
  const proven = proofs.filter((proof) => proof.proven).map(({ store }) => store);
  return { id: opened.manifest.id, stores: stores.map((store) => store.id), proven };
}

/** What was stopped in a release, or had run to its end, is not expected to be up after a rollback to it. */
function running(plan: Plan, origin: Release | undefined): Plan {
  const isUp = (service: string): boolean => (origin?.services[service]?.state ?? 'running') === 'running';
  return { ...plan, waves: plan.waves.map((wave) => wave.filter(({ service }) => isUp(service))) };
}

/** The last gate closed a while ago: somebody may have changed what it let through. */
function refuseOther(plan: Plan, spec: StackSpec, { containers }: ObservedStack): void {
  for (const step of plan.waves.flat()) {
    const { service, configHash } = step;
    const own = containers.filter((container) => container.service === service);
    const reason = unservedReason(step, own, [configHash, spec.services[service]?.configHashAlone]);
    if (reason !== undefined) {
      throw stepFailed(
        `recording the release: ${service} is not what was deployed: ${reason}; ` +
          'find out who changed it meanwhile, and deploy again',
      );
    }
  }
}

/** Also after a reset of the workflow: the run that was given up recorded the very containers that serve. */
function isRecorded(previous: Release, services: Release['services'], made: Set<string>): boolean {
  const ids = new Set(Object.values(previous.services).flatMap(({ containers }) => containers.map(({ id }) => id)));
  const sameContainers = Object.values(services).every(({ containers }) => containers.every(({ id }) => ids.has(id)));
  return (made.size === 0 || sameContainers) && sameServices(previous.services, services);
}

/** Containers that have only been started again are those of before. */
function madeBy(plan: Plan): Set<string> {
  const made = mutatingSteps(plan).filter(({ kind }) => kind !== 'restart');
  return new Set(made.map(({ service }) => service));
}
