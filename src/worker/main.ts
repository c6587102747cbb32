import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { hostFacts } from '../../activities/host-facts.js';
import { anyWorkerActivities, hostActivities } from '../../activities/index.js';
import { ResourceCurve } from '../../activities/resource-curve.js';
import type { World } from '../../activities/world.js';
import { callComposeDirectly } from '../docker/compose-command.js';
import { dockerEnvironment } from '../docker/compose-environment.js';
import { dockerodeEngine } from '../docker/dockerode-engine.js';
import { connectConfig } from '../client/connect.js';
import { DEFAULT_ADDRESS } from '../client/default-address.js';
import { hostQueue, WORKFLOW_QUEUE } from '../names.js';
import { hostIdentity } from '../store/host-identity.js';
import { layoutFrom } from '../store/layout.js';
import { migrateState } from '../store/state-format.js';
import { AroundActivity } from './activity-interceptor.js';
import { announceHost } from './announce.js';
import { workflowBundle } from './bundle-workflows.js';
import { claimEngine } from './engine-claim.js';
import { faultPointsFrom } from './fault-points.js';
import { CountResults } from './health/count-results.js';
import { serveHealth } from './health/health-server.js';
import { RunCounts } from './health/metrics.js';
import { sealAtStart } from './seal-at-start.js';
import { ensureSearchAttributes } from './search-attributes.js';
import { serveChecks } from './serve-checks.js';
import { sweepAtStart } from './sweep-at-start.js';
import { versionOptions } from './version-options.js';
import { watchRouting } from './watch-routing.js';

/** The steps that any worker may do are looks of a moment, but for the waits of queued runs. The default is 100. */
const MOST_STEPS_OF_ANY_WORKER = 1000;

/** What a worker can be told; everything else comes from the environment. */
export interface WorkerSettings {
  /** `host:port` of Temporal; default: what `@temporalio/envconfig` finds, else 127.0.0.1:7233. */
  address?: string;
  namespace?: string;
  /** This host's id; default: the one kept in the state folder, made up at the first start. */
  host?: string;
  /** Port of 127.0.0.1 for health and metrics; default: none. */
  healthPort?: number;
  /** Which version of the worker deployment it is; default: of none. */
  buildId?: string;
  env?: NodeJS.ProcessEnv;
  /** Called once the worker takes work. */
  onReady?: (ready: { host: string; address: string; namespace: string }) => void;
}

/** Runs a worker until it is told to stop (SIGINT, SIGTERM). Steps in flight go on with the next worker. */
export async function runWorker(settings: WorkerSettings = {}): Promise<void> {
  const env = settings.env ?? process.env;
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const { connectionOptions, namespace } = connectConfig({ ...settings, env });
  const address = connectionOptions.address ?? DEFAULT_ADDRESS;

  await callComposeDirectly(dockerEnvironment(env));
  const layout = layoutFrom(env);
  const { host } = await hostIdentity(layout, settings.host);
  const engine = dockerodeEngine(env);
  const claim = await claimEngine(layout, engine, host);
  await migrateState(layout);

  const nativeConnection = await NativeConnection.connect({ ...connectionOptions, address });
  const connection = await Connection.connect({ ...connectionOptions, address });
  const indexed = await ensureSearchAttributes(connection, namespace);
  const temporal = new Client({ connection, namespace });
  const world: World = { layout, host, engine, env, temporal, leaving: toldToStop() };

  const runs = new RunCounts();
  const faults = faultPointsFrom(env);
  const curve = new ResourceCurve(engine, layout);
  const common: Omit<WorkerOptions, 'taskQueue'> = {
    connection: nativeConnection,
    namespace,
    identity: `${host}/${process.pid}`,
    // Heartbeats go out as they are made; the default holds most of them back for four fifths of their time-out.
    maxHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: '5s',
    shutdownForceTime: '10s',
    interceptors: {
      activity: [
        (context) => ({ inbound: new AroundActivity(context, faults, curve) }),
        (context) => ({ inbound: new CountResults(context, runs) }),
      ],
    },
  };
  const workflows = await bundle();
  const workers = await Promise.all([
    Worker.create({
      ...common,
      ...versionOptions(settings.buildId),
      taskQueue: WORKFLOW_QUEUE,
      workflowBundle: workflows,
      activities: anyWorkerActivities({ ...world, indexed }),
      // Each run that is queued behind another waits in a step of its own: those must not take the places of others.
      maxConcurrentActivityTaskExecutions: MOST_STEPS_OF_ANY_WORKER,
      // A dead worker's cached runs go to a living one after this; the default of 10 s is a long time at 3 a.m.
      stickyQueueScheduleToStartTimeout: '1s',
    }),
    Worker.create({ ...common, taskQueue: hostQueue(host), activities: hostActivities(world) }),
  ]);
  const health =
    settings.healthPort === undefined
      ? undefined
      : serveHealth(settings.healthPort, { layout, engine, runs }, (words) => console.error(words));
  const ending = new AbortController();
  let beside: Promise<unknown> | undefined;
  const sweeping = sweepAtStart(world, ending.signal);
  try {
    await announceHost(temporal, await hostFacts(world));
    settings.onReady?.({ host, address, namespace });
    // What is swept is in the folders that are sealed.
    void sweeping.then(() => sealAtStart(world));
    const working = workers.map((worker) => worker.run());
    // Runs that are in flight come first.
    const until = AbortSignal.any([world.leaving, ending.signal]);
    beside = Promise.all([
      serveChecks({ world, connection, common, bundle: workflows }, until),
      watchRouting(temporal, settings.buildId, address, until),
    ]);
    await Promise.all(working);
  } finally {
    try {
      health?.close();
      ending.abort();
      await sweeping;
      await beside;
      await connection.close();
      await nativeConnection.close();
    } finally {
      await claim.release();
    }
  }
}

/** Aborts with the signals on which the runtime shuts workers down, which gives steps a grace to end in. */
function toldToStop(): AbortSignal {
  const leaving = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR2'] as const) {
    process.once(signal, () => leaving.abort());
  }
  return leaving.signal;
}

/** The bundle that the build made, or one made now when the sources are run as they are. */
async function bundle(): Promise<NonNullable<WorkerOptions['workflowBundle']>> {
  const built = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url));
  return existsSync(built) ? { codePath: built } : workflowBundle();
}
