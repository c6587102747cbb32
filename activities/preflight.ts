import { setTimeout as pause } from 'node:timers/promises';
import { cancellationSignal } from '@temporalio/activity';
import { dockerEnvironment } from '../src/docker/compose-environment.js';
import { engineAddress } from '../src/docker/engine-address.js';
import { EngineAway, type EngineInfo } from '../src/docker/engine.js';
import { buildServices } from '../src/preflight/build-services.js';
import type { Finding } from '../src/spec/finding.js';
import { openFrozen } from '../src/store/frozen.js';
import type { HostActivities } from './activities.js';
import { CHECKS, type Premises } from './preflight-checks.js';
import { refuseWhenNotBegun } from './take-turn.js';
import type { World } from './world.js';

/** How long an engine may be away, as in a restart of dockerd, before a deployment is refused for it. */
const ENGINE_TRIES = 60;
const ENGINE_PAUSE_MS = 1000;

/** Safe to repeat because it only looks. */
export function preflight(world: World): HostActivities['preflight'] {
  return async (args) => {
    await refuseWhenNotBegun(world, args);
    const { stack, frozen: ref, services } = args;
    const engine = await engineInTime(world);
    if (!engine) return [engineAway(world)];

    const frozen = await openFrozen(world.layout, stack, ref.folder);
    const { spec } = frozen;
    const asked = services.length === 0 ? Object.keys(spec.services) : services.filter((name) => name in spec.services);
    const deployed = asked.filter((name) => spec.services[name]!.scale > 0);
    const premises: Premises = {
      world,
      engine,
      frozen,
      deployed,
      builds: buildServices(spec, deployed).length,
      env: dockerEnvironment(world.env),
    };
    const found = await Promise.all(Object.keys(CHECKS).map((name) => check(name, premises)));
    return found.flat();
  };
}

/** One that cannot look says so, and hides nothing that the others find. An engine that went away ends them all. */
async function check(name: string, premises: Premises): Promise<Finding[]> {
  try {
    return await CHECKS[name]!(premises);
  } catch (error) {
    if (error instanceof EngineAway) throw error;
    const reason = premises.frozen.redact(error instanceof Error ? error.message : String(error));
    return [{ rule: 'not-checked', severity: 'warning', message: `could not look at ${name}: ${reason}` }];
  }
}

async function engineInTime({ engine }: World): Promise<EngineInfo | undefined> {
  for (let attempt = 1; attempt <= ENGINE_TRIES; attempt += 1) {
    try {
      return await engine.info();
    } catch (error) {
      if (!(error instanceof EngineAway)) throw error;
      if (attempt < ENGINE_TRIES) await pause(ENGINE_PAUSE_MS, undefined, { signal: cancellationSignal() });
    }
  }
  return undefined;
}

function engineAway({ env }: World): Finding {
  return {
    rule: 'engine-away',
    severity: 'error',
    message: `no Docker Engine answers at ${engineAddress(env).label}`,
    remedy: 'start it (systemctl start docker), or set DOCKER_HOST for the worker',
  };
}
