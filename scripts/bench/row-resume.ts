import { setTimeout as pause } from 'node:timers/promises';
import { BenchStack } from './bench-stack.js';
import { timesOf } from './history.js';
import type { Bench, Measurement } from './measurement.js';

const SERVICES = ['one', 'two', 'three', 'four'];

const FILES = {
  'compose.yaml': [
    'x-evenkeel: { health: { stable_for: 0s }, rehearse: { mode: off } }',
    'services:',
    ...SERVICES.map((name) => `  ${name}: { image: "evenkeel-test/web:1", environment: { VERSION: "\${VERSION}" } }`),
    '',
  ].join('\n'),
};

/** From the moment a new worker takes work until the run that the old one died in has gone on. */
export async function resume({ server, runs, say }: Bench): Promise<Measurement[]> {
  const stack = await BenchStack.make(server, 'resume', FILES);
  const ours: number[] = [];
  try {
    await stack.set({ VERSION: 0 });
    await stack.register();
    await stack.deploy();
    for (let run = 1; run <= runs; run += 1) {
      await stack.set({ VERSION: run });
      ours.push(await resumedIn(server, stack));
      say(`resume ${run} of ${runs}: ${ours.at(-1)!.toFixed(0)} ms after the new worker was ready`);
    }
    const what = 'resume after SIGKILL of the worker in mid-replace, new worker ready → next step';
    return [{ what, ours, peer: [], goal: { atMostMs: 5000 } }];
  } finally {
    await stack.remove();
  }
}

async function resumedIn(server: Bench['server'], stack: BenchStack): Promise<number> {
  const workflowId = await stack.start();
  await replacing(server, workflowId);
  const nextLife = server.workerLives + 1;
  await server.killWorker();
  const readyAtMs = await server.ready(nextLife);
  await stack.ended(workflowId);
  const { activities } = await timesOf(server.client, workflowId);
  const signs = activities.flatMap(({ startedAtMs, endedAtMs }) => [startedAtMs, endedAtMs]);
  return Math.min(...signs.filter((atMs) => atMs > readyAtMs)) - readyAtMs;
}

/** Returns when a service is being replaced. */
async function replacing(server: Bench['server'], workflowId: string): Promise<void> {
  const handle = server.client.workflow.getHandle(workflowId);
  for (;;) {
    const { raw } = await handle.describe();
    const pending = raw.pendingActivities ?? [];
    if (pending.some(({ activityType, lastStartedTime }) => activityType?.name === 'replaceService' && lastStartedTime))
      return;
    if (raw.workflowExecutionInfo?.closeTime) throw new Error(`${workflowId} ended before its worker could be killed`);
    await pause(10);
  }
}
