import { describe, expect, it, jest } from '@jest/globals';
import { surroundings } from '../../../support/cli-surroundings.js';

const RUN = 'deploy/any/shop/2026-01-01T00:00:00Z';
/** What was said to the run. */
const said: string[] = [];

const handle = (workflowId: string) => ({
  describe: async () => ({
    status: { name: 'RUNNING' },
    runId: 'run',
    memo: workflowId === 'host/b' ? { facts: { host: 'b', version: '99.0.0', stacks: [] } } : {},
    raw: { pendingActivities: [{ activityType: { name: 'watchHost' }, state: 2 }] },
  }),
  query: async () => ({ lines: [], awaitsApproval: { plan: { hash: 'abc' } } }),
  executeUpdate: async (message: string) => {
    said.push(message);
    return 'so be it';
  },
});
/** A Temporal with one host, whose worker is of a version to come. */
const client = {
  options: { namespace: 'default' },
  withDeadline: async (_until: number, act: () => Promise<unknown>) => act(),
  workflow: {
    list: async function* () {
      yield { workflowId: 'host/b' };
    },
    getHandle: handle,
  },
  workflowService: {
    describeTaskQueue: async () => ({
      pollers: [{ identity: 'b', lastAccessTime: { seconds: Math.floor(Date.now() / 1000) } }],
    }),
    listWorkerDeployments: async () => ({}),
  },
};
jest.unstable_mockModule('../../../../src/cli/with-temporal.js', () => ({
  withTemporal: async (_cli: unknown, act: (reach: object) => Promise<unknown>) =>
    act({ client, address: 'here:7233', namespace: 'default' }),
  linkTo: async () => undefined,
}));
const { main } = await import('../../../../src/cli/main.js');

async function run(...argv: string[]) {
  const around = surroundings({ EVENKEEL_HOME: '/nowhere', USER: 'ann' });
  const exitCode = await main(argv, around);
  return { exitCode, err: around.err.text };
}

describe('where a worker is of another version', () => {
  it.each([
    ['approve', 'approve', []],
    ['reject', 'reject', []],
    ['pause', 'pause', []],
    ['resume', 'resume', []],
    ['extend', 'extendDeadline', ['--for', '10m']],
    ['resolve', 'resolve', ['--how', 'retry']],
    ['abort', 'abort', ['-y']],
  ])('%s reaches the run all the same', async (verb, message, flags) => {
    said.length = 0;
    const { exitCode, err } = await run(verb, RUN, ...flags);
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: [message] });
    expect(err).not.toContain('99.0.0');
  });

  it.each([[['deploy']], [['rollback']], [['restore', '-y']], [['backup', 'create']], [['check']]])(
    '%j begins no run, and says what to update',
    async (argv) => {
      const { exitCode, err } = await run('-p', 'shop', ...argv);
      expect(exitCode).toBe(5);
      expect(err).toContain('the worker of host b runs 99.0.0\n  → update this one');
    },
  );
});
