import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { RunAccount } from '../../src/report/run-account.js';
import type { RunReport } from '../../src/report/run-report.js';
import type { RunRow } from '../../src/report/run-row.js';
import { readChain } from '../../src/store/evidence-chain.js';
import { hostIdentity } from '../../src/store/host-identity.js';
import { verifyEvidence } from '../../src/store/verify-evidence.js';
import { bundleOf } from '../support/bundle-of.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { eventually } from '../support/eventually.js';
import { inDepth } from '../support/in-depth.js';
import { endOf } from '../support/run-end.js';
import { TestStack } from '../support/test-stack.js';

let world: DeploymentWorld;
let stack: TestStack;

beforeAll(async () => {
  world = await DeploymentWorld.start();
}, 60_000);
afterEach(async () => stack.remove(), 60_000);
afterAll(async () => world.stop(), 60_000);

/** Deploys; returns which run it was. */
async function deployed(
  request: Parameters<TestStack['start']>[0] = {},
): Promise<{ workflowId: string; runId: string }> {
  const handle = (await stack.start(request)) as WorkflowHandleWithFirstExecutionRunId;
  await endOf(handle);
  return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
}

const layout = () => ({ home: world.stateFolder, lockDir: '' });

async function verified(runId?: string) {
  const { key } = await hostIdentity(layout());
  return verifyEvidence(layout(), stack.name, { key, ...(runId === undefined ? {} : { runId }) });
}

describe('the evidence of a run', () => {
  it('is whole, sealed, and outlives the history', async () => {
    stack = await TestStack.make(world, 'pair', { '.env': 'VERSION=1\n' });
    await deployed();
    await stack.write('.env', 'VERSION=2\nAPI_EXIT_CODE=3\n');
    const run = await deployed({ reason: 'a bad one', performer: 'ann@vm' });
    const { index, json } = await bundleOf(stack, run);

    const files = index.files.map(({ file }) => file);
    expect(files).toEqual(
      expect.arrayContaining([
        ...['run.json', 'plan.json', 'plan.txt', 'observed.json', 'result.json', 'health/api.jsonl'],
        ...['evidence/before.json', 'evidence/history.json', 'evidence/account.json', 'evidence/resources.jsonl'],
      ]),
    );
    expect(index.private.map(({ file }) => file)).toEqual(
      expect.arrayContaining(['frozen/compose.yaml', 'frozen/secrets.json']),
    );
    expect(await json('evidence/before.json')).toMatchObject({ runningServices: ['api', 'web'] });
    expect(await json('evidence/account.json')).toMatchObject({
      ...{ ...run, type: 'deploy', stack: stack.name, status: 'failed', ending: 'rolled-back' },
      ...{ by: 'ann@vm', reason: 'a bad one', result: { outcome: 'rolled-back', failure: { service: 'api' } } },
    });
    const { steps } = await json<RunAccount>('evidence/account.json');
    expect(steps).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ activity: 'replaceService', service: 'api', state: 'done', attempts: 1 }),
        expect.objectContaining({ activity: 'awaitHealth', service: 'api', verdict: 'fail' }),
        expect.objectContaining({ activity: 'restoreService', service: 'api', state: 'done' }),
      ]),
    );

    // Refused before it had a folder: Temporal alone knows of it.
    const refused = await deployed({ host: 'nowhere', reason: 'by mistake' });
    const history = async (env = {}) => {
      const { stdout } = await world.evenkeel(['-p', stack.name, 'history', '--json'], { env });
      return JSON.parse(stdout) as (RunRow & { source: string })[];
    };
    await eventually('all runs are listed', async () => (await history()).length === 3);
    expect(await history()).toMatchObject([
      { ...refused, outcome: 'invalid-input', reason: 'by mistake', source: 'temporal' },
      { ...run, outcome: 'rolled-back', by: 'ann@vm', reason: 'a bad one', release: '1', source: 'evidence' },
      { type: 'deploy', outcome: 'succeeded', release: '1', source: 'evidence' },
    ]);
    expect((await world.evenkeel(['show', refused.runId])).stdout).toContain(`invalid-input deploy of ${stack.name}`);

    await world.client.workflowService.deleteWorkflowExecution({
      namespace: world.namespace,
      workflowExecution: run,
    });
    await eventually('Temporal has forgotten the run', async () =>
      world.client.workflow
        .getHandle(run.workflowId, run.runId)
        .describe()
        .then(
          () => false,
          () => true,
        ),
    );
    expect(await verified()).toMatchObject({ sealed: 2, checked: 2, problems: [], unsealed: [], head: { number: 2 } });
    const exported = await world.evenkeel(['-p', stack.name, 'audit', 'export']);
    const trail = exported.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(trail.filter(({ runId }) => runId === run.runId)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: 'run-began', by: 'ann@vm', reason: 'a bad one' }),
        expect.objectContaining({ event: 'step', step: 'awaitHealth', service: 'api', verdict: 'fail' }),
        expect.objectContaining({ event: 'run-ended', outcome: 'rolled-back', release: '1' }),
        expect.objectContaining({ event: 'sealed', number: 2 }),
      ]),
    );
    expect((await history()).map(({ runId }) => runId)).toContain(run.runId);
    const away = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
    expect((await history(away)).map(({ outcome }) => outcome)).toEqual(['rolled-back', 'succeeded']);
    const shown = await world.evenkeel(['show', run.runId], { env: away });
    expect(shown).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('failed     replace: api: exited with 3'),
    });
    expect(shown.stdout).toMatch(/^outage {5}api did not serve for \d+\.\ds, .* until it was well$/m);
    const told = await world.evenkeel(['report', run.runId, '--json'], { env: away });
    const { outages, health, resources, changes } = JSON.parse(told.stdout) as RunReport;
    expect(changes).toMatchObject([{ service: 'api', because: [expect.stringMatching(/./)], came: 'taken-back' }, {}]);
    expect(health).toMatchObject([{ service: 'api', samples: expect.arrayContaining([expect.anything()]) }]);
    expect(resources.length).toBeGreaterThan(0);
    // The new container is created within the step, which begins before.
    const replaced = steps.find(({ activity, service }) => activity === 'replaceService' && service === 'api')!;
    expect(outages[0]!.fromMs).toBeGreaterThan(replaced.startedAtMs!);
    expect(outages[0]!.fromMs).toBeLessThan(replaced.endedAtMs!);
    const page = (await world.evenkeel(['report', run.runId], { env: away })).stdout.trimEnd();
    expect(await readFile(page, 'utf8')).toContain(`<title>rolled-back: deploy of ${stack.name}</title>`);
    expect(await verified()).toMatchObject({ checked: 2, problems: [] });

    const { events } = await json<{ events: { eventType: string }[] }>('evidence/history.json');
    expect(events.at(-1)?.eventType).toBe('EVENT_TYPE_WORKFLOW_EXECUTION_FAILED');
  }, 240_000);

  inDepth(() => {
    it('tells every byte that is changed, missing or added, and a link that was taken out', async () => {
      stack = await TestStack.make(world, 'plain', { '.env': 'VERSION=1\n' });
      const first = await deployed();
      const second = await deployed();
      const { folder } = await bundleOf(stack, second);
      const chain = path.join(world.stateFolder, 'stacks', stack.name, 'evidence-chain.jsonl');
      const tampering: [string, (file: string) => Promise<void>, string][] = [
        [
          'result.json',
          async (file) => writeFile(file, (await readFile(file, 'utf8')).replace('"succeeded"', '"succeeDed"')),
          'was changed',
        ],
        ['frozen/compose.yaml', (file) => appendFile(file, ' '), 'was changed'],
        ['plan.txt', (file) => rm(file), 'is missing'],
        ['evidence/other.txt', (file) => writeFile(file, ''), 'was added'],
        ['evidence/index.json', (file) => appendFile(file, ' '), 'is not what was sealed'],
      ];
      for (const [name, tamper, problem] of tampering) {
        const file = path.join(folder, name);
        const before = await readFile(file).catch(() => undefined);
        await tamper(file);
        expect((await verified()).problems).toEqual([{ ...second, file: name, problem }]);
        if (before) await writeFile(file, before);
        else await rm(file);
        expect((await verified()).problems).toEqual([]);
      }
      expect((await world.evenkeel(['audit', 'verify', second.runId])).exitCode).toBe(0);
      await appendFile(path.join(folder, 'plan.json'), ' ');
      const told = await world.evenkeel(['audit', 'verify', second.runId]);
      expect(told).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('plan.json was changed') });

      await writeFile(chain, (await readFile(chain, 'utf8')).split('\n').slice(1).join('\n'));
      expect((await verified()).problems).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ ...second, problem: expect.stringContaining('does not follow') }),
          expect.objectContaining({ ...first, problem: expect.stringContaining('no link') }),
        ]),
      );
    }, 120_000);

    it('is sealed once, wherever the worker is killed meanwhile', async () => {
      stack = await TestStack.make(world, 'plain', { '.env': 'VERSION=1\n' });
      for (const [index, point] of (['before', 'during', 'after'] as const).entries()) {
        await world.injectFaults([{ activity: 'archiveRun', point, afterMs: 20, action: 'kill' }]);
        const handle = (await stack.start()) as WorkflowHandleWithFirstExecutionRunId;
        await world.workerEnded();
        await world.injectFaults([]);
        await world.startWorker();
        // What archives may begin before the run has closed, which needs a worker too.
        await endOf(handle);
        await bundleOf(stack, { workflowId: handle.workflowId, runId: handle.firstExecutionRunId });
        await eventually('what archives has ended', async () => {
          const { count } = await world.client.workflow.count(
            'WorkflowType = "archive" AND ExecutionStatus = "Running"',
          );
          return count === 0;
        });
        expect(await verified()).toMatchObject({ sealed: index + 1, problems: [] });
      }
    }, 240_000);

    it('of a terminated run is sealed by the next worker', async () => {
      stack = await TestStack.make(world, 'plain', { '.env': 'VERSION=1\n' });
      await world.injectFaults([{ activity: 'replaceService', point: 'before', action: 'kill' }]);
      const handle = (await stack.start()) as WorkflowHandleWithFirstExecutionRunId;
      await world.workerEnded();
      await handle.terminate('by hand');
      await world.injectFaults([]);
      await world.startWorker();
      const { json } = await bundleOf(stack, { workflowId: handle.workflowId, runId: handle.firstExecutionRunId });
      expect(await json('evidence/account.json')).toMatchObject({ status: 'terminated', message: 'by hand' });
      expect(await readChain(layout(), stack.name)).toHaveLength(1);
    }, 120_000);
  });
});
