import { askPostgres } from '../src/backup/ask-postgres.js';
import { askRedis } from '../src/backup/ask-redis.js';
import { countsOf } from '../src/backup/postgres.js';
import type { ContainerInspect } from '../src/docker/engine.js';
import { Slots } from '../src/docker/slots.js';
import type { Judgement } from '../src/gates/judgement.js';
import { worstOf } from '../src/gates/judge-endpoint.js';
import type { Sample } from '../src/gates/verdict.js';
import { type Answer, judgeService } from '../src/health/judge-service.js';
import { judgeQuery, judgeRoundTrip, judgeSchema, type KnownTables } from '../src/health/judge-stores.js';
import { gateFor } from '../src/plan/gate-for.js';
import type { Check, CheckName } from '../src/spec/check-report.js';
import { listBackups } from '../src/store/backups.js';
import type { HealthState } from '../src/store/health-state.js';
import { probedSample } from './probed-sample.js';
import type { ServingStack } from './serving-stack.js';
import { endpointsOfContainer, judgeEndpoints } from './test-endpoints.js';
import type { World } from './world.js';

/** What a look at a service came to. */
export interface ServiceFound {
  service: string;
  checks: Check[];
  samples: Sample[];
  /** Of PostgreSQL that has some. */
  tables?: number;
}

/** What a look is made with. */
export interface LookPlace {
  world: World;
  stack: string;
  serving: ServingStack;
  /** The last scheduled look. */
  before: Omit<HealthState, 'before'> | undefined;
  signal: AbortSignal;
}

/** Every service costs a few processes in its container; more at once would make a slow machine look ill. */
const SERVICES_AT_ONCE = 6;
const slots = new Slots();
/** A look is no gate: what does not answer well is asked once more. */
const SETTLE_MS = 250;

/** Looks at one service: its containers, what it answers on its endpoints, and into its store. */
export async function lookAtService(place: LookPlace, service: string): Promise<ServiceFound> {
  const giveBack = await slots.take(async () => SERVICES_AT_ONCE, place.signal);
  try {
    return await lookAt(place, service);
  } finally {
    giveBack();
  }
}

async function lookAt(place: LookPlace, name: string): Promise<ServiceFound> {
  const { world, serving, before, signal } = place;
  const { redact } = serving;
  const service = serving.spec.services[name]!;
  const own = serving.containers.filter(
    ({ observed }) => observed.service === name && observed.leftoverOf === undefined,
  );
  const observed = own.map((container) => container.observed);
  const gate = gateFor(serving.spec, service, observed);
  const released = serving.release?.services[name];
  const oneShot = gate.kind === 'one-shot' || released?.state === 'completed';
  const running = own.filter((container) => container.observed.state === 'running');

  const timed = async (check: CheckName, ask: () => Promise<Answer>): Promise<Check> => {
    const startedAt = performance.now();
    const answer = await ask();
    const { verdict } = answer;
    return {
      ...{ check, service: name, verdict, reason: redact(answer.reason) },
      ...(verdict !== 'pass' && answer.next !== undefined ? { next: answer.next } : {}),
      durationMs: Math.round(performance.now() - startedAt),
    };
  };
  let samples: Sample[] = [];
  const container = timed('container', async () => {
    samples = await Promise.all(
      own.map(({ inspect }) => probedSample(world.engine, inspect, { gate, redact, signal })),
    );
    const scale = released?.scale ?? service.scale;
    const releasedStopped = released?.state === 'stopped';
    const look = { service: name, samples, scale, oneShot, releasedStopped, restartsBefore: before?.restarts ?? {} };
    return judgeService(look);
  });
  const asked = oneShot ? [] : running.filter(({ inspect }) => endpointsOfContainer(inspect, service).length > 0);
  const endpoints = asked.map((one) =>
    judgeEndpoints(world.engine, one.observed, service, running.length > 1, { settleMs: SETTLE_MS }),
  );
  const [checks, store] = await Promise.all([
    Promise.all([
      container,
      ...(endpoints.length > 0
        ? [timed('endpoints', async () => answerOf(worstOf(await Promise.all(endpoints)), name))]
        : []),
    ]),
    lookIntoStore(place, name, running[0]?.inspect, timed),
  ]);
  return {
    ...{ service: name, samples, checks: [...checks, ...store.checks] },
    ...(store.tables === undefined ? {} : { tables: store.tables }),
  };
}

function answerOf({ verdict, reason }: Judgement, service: string): Answer {
  if (verdict === 'pass') return { verdict, reason };
  return { verdict: verdict === 'fail' ? 'fail' : 'inconclusive', reason, next: `evenkeel scan ${service}` };
}

type Timed = (check: CheckName, ask: () => Promise<Answer>) => Promise<Check>;

async function lookIntoStore(
  place: LookPlace,
  service: string,
  container: ContainerInspect | undefined,
  timed: Timed,
): Promise<{ checks: Check[]; tables?: number }> {
  const { world, serving, before, signal } = place;
  const type = serving.stores[service];
  if (!container || type === undefined) return { checks: [] };
  const { engine } = world;
  const { redact } = serving;
  if (type === 'redis') {
    const ask = async (): Promise<Answer> =>
      judgeRoundTrip(await askRedis({ engine, container, redact, signal }), service);
    return { checks: [await timed('round-trip', ask)] };
  }

  const { user, database } = serving.policies[service] ?? {};
  const known = await knownTables(place, service, database);
  const question = { engine, container: container.Id, user, database, tables: known?.tables ?? {}, redact, signal };
  const asking = askPostgres(question);
  const query = await timed('query', async () => judgeQuery(await asking, service));
  const seen = await asking;
  if (seen.kind !== 'answered') return { checks: [query] };
  const schema = await timed('schema', async () => judgeSchema(seen, known, before?.tables[service]));
  return { checks: [query, schema], ...(seen.tables > 0 ? { tables: seen.tables } : {}) };
}

/** The tables that the newest backup of a store has. */
async function knownTables(
  { world, stack, serving }: LookPlace,
  service: string,
  only: string | undefined,
): Promise<KnownTables | undefined> {
  for (const { id, atMs, stores } of await listBackups(world.layout, stack)) {
    const store = stores.find((one) => one.type === 'postgres' && one.service === service);
    if (!store) continue;
    const databases = (store.databases ?? []).filter((name) => only === undefined || name === only);
    const tables = databases.map((name) => [name, Object.keys(countsOf(store, name)).filter(isTable)] as const);
    const releasedAtMs = Date.parse(serving.release?.at ?? '');
    return { tables: Object.fromEntries(tables), backup: id, isOlderThanRelease: releasedAtMs > atMs };
  }
  return undefined;
}

function isTable(name: string): boolean {
  return name !== 'large objects';
}
