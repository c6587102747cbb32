import path from 'node:path';
import { cancellationSignal, sleep } from '@temporalio/activity';
import type { ContainerInspect } from '../src/docker/engine.js';
import { publishedPorts, reachEndpoint } from '../src/docker/reach-endpoint.js';
import type { Endpoint } from '../src/gates/endpoint.js';
import { endpointsOf } from '../src/gates/endpoints.js';
import { healthcheckOf } from '../src/gates/healthcheck.js';
import { type Asked as AskedEndpoint, judgeEndpoint, weighGuesses, worstOf } from '../src/gates/judge-endpoint.js';
import { fail, inconclusive, type Judgement, pass } from '../src/gates/judgement.js';
import { isOneShot } from '../src/plan/gate-for.js';
import type { ObservedContainer } from '../src/plan/observed-stack.js';
import type { ServiceSpec } from '../src/spec/stack-spec.js';
import { openFrozen } from '../src/store/frozen.js';
import { encodeName } from '../src/store/layout.js';
import { writeJson } from '../src/store/private-file.js';
import type { Examinations } from './activities.js';
import { ownProjectFolder } from './run-place.js';
import type { World } from './world.js';

/** A service may need a moment more after its health. */
const SETTLE_MS = 5000;
const TRY_EVERY_MS = 250;

/** What is to be asked of one container. */
interface Asked {
  inspect: ContainerInspect;
  endpoints: Endpoint[];
}

/** What one endpoint of one container came to, for the run's folder. */
interface EndpointResult {
  container: string;
  endpoint: Endpoint;
  verdict: Judgement['verdict'];
  reason: string;
}

/**
 * Asks every container of a service for its endpoints. A container that does not answer well is asked again for a few
 * seconds. It only looks, so it may run twice; what each endpoint came to is written over itself.
 */
export function testEndpoints(world: World): Examinations['testEndpoints'] {
  return async ({ stack, frozen, service }) => {
    const startedAtMs = Date.now();
    const { spec, redact } = await openFrozen(world.layout, stack, frozen.folder);
    const serviceSpec = spec.services[service];
    if (!serviceSpec) throw new Error(`The frozen configuration has no service "${service}"`);

    const verdictOf = ({ verdict, reason }: Judgement) => {
      // Asking ends with an answer, one way or the other.
      const settled = verdict === 'pending' ? 'inconclusive' : verdict;
      return { verdict: settled, reason: redact(reason), service, durationMs: Date.now() - startedAtMs };
    };
    const listed = await world.engine.containers(spec.project, service);
    const containers = listed.filter(({ leftoverOf }) => leftoverOf === undefined);
    if (isOneShot(spec, serviceSpec, containers)) return verdictOf(pass('it is meant to end: no endpoints'));
    if (containers.length === 0) return verdictOf(withoutContainers(serviceSpec));
    const asked: EndpointResult[] = [];
    const judged = await Promise.all(
      containers.map((container) =>
        judgeEndpoints(world.engine, container, serviceSpec, containers.length > 1, { asked }),
      ),
    );
    const verdict = verdictOf(worstOf(judged));
    const file = path.join(ownProjectFolder(world, stack, spec.project), 'endpoints', `${encodeName(service)}.json`);
    const endpoints = asked.map((result) => ({ ...result, reason: redact(result.reason) }));
    await writeJson(file, { ...verdict, atMs: startedAtMs, endpoints });
    return verdict;
  };
}

function withoutContainers({ scale }: ServiceSpec): Judgement {
  return scale === 0 ? pass('scaled to 0: no endpoints') : fail('it has no container');
}

/** What one container of a service answers. It is asked again for `settleMs` for as long as it does not answer well; what
 * each endpoint came to is added to `asked`. */
export async function judgeEndpoints(
  engine: World['engine'],
  { id, name, state }: Pick<ObservedContainer, 'id' | 'name' | 'state'>,
  service: ServiceSpec,
  isOneOfMany: boolean,
  { settleMs = SETTLE_MS, asked = [] }: { settleMs?: number; asked?: EndpointResult[] } = {},
): Promise<Judgement> {
  const named = (judgement: Judgement): Judgement =>
    isOneOfMany ? { ...judgement, reason: `${name}: ${judgement.reason}` } : judgement;
  if (state === 'paused') return named(inconclusive('its container is paused'));
  const inspect = state === 'running' ? await engine.inspect(id) : undefined;
  if (!inspect) return named(fail(`its container ${state === 'running' ? 'is gone' : `is ${state}`}`));
  const endpoints = endpointsOfContainer(inspect, service);
  if (endpoints.length === 0) return named(pass('it has no endpoints to test'));
  const judged = await judgeInTime(engine, { inspect, endpoints }, service.name, settleMs);
  asked.push(
    ...judged.map(({ verdict, reason }, index) => ({ container: name, endpoint: endpoints[index]!, verdict, reason })),
  );
  return named(worstOf(judged));
}

/** From the container itself, so that what its image says counts too, and a host port that Docker chose is known. */
export function endpointsOfContainer(inspect: ContainerInspect, { endpoints: configured }: ServiceSpec): Endpoint[] {
  const environment = Object.fromEntries(
    (inspect.Config.Env ?? []).map((line) => /^([^=]*)=(.*)$/s.exec(line)?.slice(1) ?? [line, '']),
  );
  return endpointsOf({
    configured,
    healthcheck: healthcheckOf(inspect),
    environment,
    published: publishedPorts(inspect),
  });
}

async function judgeInTime(
  engine: World['engine'],
  { inspect, endpoints }: Asked,
  service: string,
  settleMs: number,
): Promise<Judgement[]> {
  const signal = cancellationSignal();
  const giveUpAt = performance.now() + settleMs;
  const judge = async (endpoint: Endpoint): Promise<AskedEndpoint> => {
    let container = inspect;
    for (;;) {
      const reached = await reachEndpoint(engine, container, endpoint, signal);
      const judgement = judgeEndpoint(endpoint, service, reached);
      if (judgement.verdict !== 'fail' || performance.now() >= giveUpAt) return { endpoint, reached, judgement };
      await sleep(TRY_EVERY_MS);
      // A restart in between gives it another address, and other ports where Docker chooses them.
      container = (await engine.inspect(inspect.Id)) ?? container;
    }
  };
  return weighGuesses(await Promise.all(endpoints.map(judge)));
}
