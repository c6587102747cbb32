import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { BenchStack } from './bench-stack.js';
import { outsideActivitiesMs, timesOf } from './history.js';
import type { Bench, Measurement } from './measurement.js';

const SERVICES = 8;
const EMPTY_STEPS = 30;
const QUEUE = 'evenkeel-bench';

const FILES = {
  'compose.yaml': [
    'x-evenkeel: { health: { stable_for: 0s }, rehearse: { mode: off } }',
    'services:',
    ...Array.from(
      { length: SERVICES },
      (_, n) => `  s${n}: { image: "evenkeel-test/web:1", environment: { VERSION: "\${VERSION}" } }`,
    ),
    '',
  ].join('\n'),
};

/**
 * What the engine adds to each step of a deployment: the time in which none of the run's activities ran, divided by
 * their number. The peer is the same for a workflow whose activities do nothing.
 */
export async function stepCost(bench: Bench): Promise<Measurement[]> {
  const { server, runs, say } = bench;
  const stack = await BenchStack.make(server, 'steps', FILES);
  const measurement: Measurement = {
    what: "engine's own time a step; peer: a step that does nothing",
    ours: [],
    peer: [],
    goal: { atMostMs: 25 },
  };
  try {
    await stack.set({ VERSION: 0 });
    await stack.register();
    await stack.deploy();
    await withEmptyWorker(bench, async (runEmpty) => {
      await runEmpty();
      for (let run = 1; run <= runs; run += 1) {
        await stack.set({ VERSION: run });
        measurement.ours.push(await perStep(bench, await stack.deploy()));
        measurement.peer.push(await perStep(bench, await runEmpty()));
        say(
          `a step, run ${run} of ${runs}: ${measurement.ours.at(-1)!.toFixed(1)} ms, peer ${measurement.peer.at(-1)!.toFixed(1)} ms`,
        );
      }
    });
    return [measurement];
  } finally {
    await stack.remove();
  }
}

async function perStep({ server }: Bench, workflowId: string): Promise<number> {
  const times = await timesOf(server.client, workflowId);
  return outsideActivitiesMs(times) / times.activities.length;
}

/** Gives a worker for the peer to `use`: each call runs one workflow of empty steps and returns its id. */
async function withEmptyWorker(
  { server }: Bench,
  use: (runEmpty: () => Promise<string>) => Promise<void>,
): Promise<void> {
  const connection = await NativeConnection.connect({ address: server.address });
  try {
    const worker = await Worker.create({
      connection,
      taskQueue: QUEUE,
      workflowsPath: fileURLToPath(new URL('./empty-steps.js', import.meta.url)),
      activities: { nothing: async () => undefined },
    });
    await worker.runUntil(
      use(async () => {
        const workflowId = `bench/empty/${randomBytes(4).toString('hex')}`;
        await server.client.workflow.execute('emptySteps', { taskQueue: QUEUE, workflowId, args: [EMPTY_STEPS] });
        return workflowId;
      }),
    );
  } finally {
    await connection.close();
  }
}
