import { leaseId, probationId } from '../../src/names.js';
import { GoldenStack } from './golden-stack.js';
import type { OwnServer } from '../bench/own-server.js';
import { hostIdentity } from '../../src/store/host-identity.js';

/** Keeps the history of a closed workflow under a name. */
export type Store = (name: string, workflowId: string, stack: GoldenStack) => Promise<void>;

/** Ways through the runbooks that belong together: they use one stack, in this order. */
export interface Ways {
  /** The names of the golden histories it gives. */
  names: string[];
  walk: (server: OwnServer, store: Store) => Promise<void>;
}

/** Every way that has a golden history. A new way through a runbook is added here. */
export const WAYS: Ways[] = [
  {
    names: [
      ...['deploy-planned', 'deploy-rejected', 'deploy-succeeded', 'deploy-rolled-back', 'deploy-aborted'],
      'lease-released',
    ],
    walk: (server, store) =>
      withStack(
        server,
        'golden',
        (text) => text,
        async (stack) => {
          await store('deploy-planned', await stack.deploy('succeeded', { dryRun: true }), stack);
          await stack.ask({ VERSION: 1 }, 'services: {}\nx-evenkeel: { health: { tmeout: 1s } }\n');
          await store('deploy-rejected', await stack.deploy('rejected'), stack);
          await stack.ask({ VERSION: 1 });
          await store('deploy-succeeded', await stack.deploy('succeeded'), stack);
          await stack.ask({ VERSION: 2, API_EXIT_CODE: 3 });
          await store('deploy-rolled-back', await stack.deploy('rolled-back'), stack);
          await stack.ask({ VERSION: 2, API_UNHEALTHY: 1 });
          await store('deploy-aborted', await stack.abortDuring(await stack.start(), 'awaitHealth api'), stack);
          const { host } = await hostIdentity(server.layout);
          await store('lease-released', leaseId(host, stack.bench.name), stack);
        },
      ),
  },
  {
    names: [
      ...['deploy-rehearsed', 'backup-succeeded', 'deploy-rejected-in-rehearsal', 'restore-rejected'],
      'rollback-with-data',
    ],
    walk: (server, store) =>
      withStack(server, 'proven', withRehearsal, async (stack) => {
        await stack.deploy('succeeded');
        await stack.ask({ VERSION: 2 });
        await store('deploy-rehearsed', await stack.deploy('succeeded'), stack);
        await store('backup-succeeded', await stack.backUp(), stack);
        await stack.ask({ VERSION: 3, API_EXIT_CODE: 3 });
        await store('deploy-rejected-in-rehearsal', await stack.deploy('rejected'), stack);
        await store('restore-rejected', await stack.restore('rejected'), stack);
        await store('rollback-with-data', await stack.rollBackWithData('succeeded'), stack);
      }),
  },
  {
    names: ['deploy-on-probation', 'probation-verified', 'rollback-succeeded', 'rollback-rejected'],
    walk: (server, store) =>
      withStack(server, 'watched', withProbation, async (stack) => {
        const { host } = await hostIdentity(server.layout);
        await stack.deploy('succeeded');
        await stack.ask({ VERSION: 2 });
        await store('deploy-on-probation', await stack.deploy('succeeded'), stack);
        await store('probation-verified', probationId(host, stack.bench.name), stack);
        await store('rollback-succeeded', await stack.rollBack('succeeded'), stack);
        await store('rollback-rejected', await stack.rollBack('rejected', '9'), stack);
      }),
  },
  {
    names: ['hold-succeeded'],
    walk: (server, store) =>
      withStack(
        server,
        'held',
        (text) => text,
        async (stack) => store('hold-succeeded', await stack.hold(), stack),
      ),
  },
  {
    names: ['deploy-rollback-failed', 'deploy-needs-human'],
    walk: (server, store) =>
      withStack(
        server,
        'overtaken',
        (text) => text,
        async (stack) => {
          await stack.deploy('succeeded');
          await stack.ask({ VERSION: 2, API_EXIT_CODE: 3 });
          const failing = await stack.start();
          const failed = await stack.overtakeDuring(failing, 'awaitHealth api', 'rollback-failed');
          await store('deploy-rollback-failed', failed, stack);
          await stack.ask({ VERSION: 3 });
          const left = await stack.overtakeDuring(await stack.start(), 'awaitHealth api', 'needs-human');
          await store('deploy-needs-human', left, stack);
        },
      ),
  },
  {
    names: ['deploy-collected'],
    walk: (server, store) =>
      withStack(server, 'kept', keepingOne, async (stack) => {
        for (const VERSION of [1, 2]) {
          await stack.ask({ VERSION });
          await stack.deploy('succeeded');
        }
        await stack.ask({ VERSION: 3 });
        await store('deploy-collected', await stack.deploy('succeeded'), stack);
      }),
  },
];

/** A release has a moment in which to prove itself. */
function withProbation(compose: string): string {
  return compose.replace('probation: 0s', 'probation: 2s');
}

/** Only one release can be gone back to. */
function keepingOne(compose: string): string {
  return compose.replace(
    "rehearse: { mode: 'off' }",
    "rehearse: { mode: 'off' }\n  releases: { keep: 1, build_cache: 'off' }",
  );
}

/** The data of the stack counts, and a release is rehearsed. */
function withRehearsal(compose: string): string {
  return compose.replace("rehearse: { mode: 'off' }", 'rehearse: { mode: auto }').replace(/^ +x-evenkeel: .*\n/m, '');
}

async function withStack(
  server: OwnServer,
  what: string,
  compose: (text: string) => string,
  walk: (stack: GoldenStack) => Promise<void>,
): Promise<void> {
  const stack = await GoldenStack.make(server, what, { compose });
  try {
    await walk(stack);
  } finally {
    await stack.bench.remove();
  }
}
