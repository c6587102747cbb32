import { releaseSignal } from '../../workflows/messages.js';
import { BenchStack } from './bench-stack.js';
import { type RunTimes, timesOf } from './history.js';
import type { Bench, Measurement } from './measurement.js';

const DEPLOYMENTS = 50;

const FILES = {
  'compose.yaml': [
    'x-evenkeel: { health: { stable_for: 0s }, rehearse: { mode: off } }',
    'services:',
    '  one: { image: "evenkeel-test/web:1", environment: { VERSION: "${VERSION}" } }',
    '',
  ].join('\n'),
};

/**
 * Fifty deployments of one stack that are asked for at once, all of which queue: from when each is done with it until the next one is at work, by
 * their histories. Once, whatever `runs` says. Throws where two were at work at the same time.
 */
export async function queuedStarts({ server, say }: Bench): Promise<Measurement[]> {
  const stack = await BenchStack.make(server, 'queued', FILES);
  try {
    await stack.set({ VERSION: 0 });
    await stack.register();
    await stack.deploy();
    await stack.set({ VERSION: 1 });
    const asked: string[] = [];
    for (let one = 0; one < DEPLOYMENTS; one += 1) asked.push(await stack.start({ whenBusy: 'queue' }));
    await Promise.all(asked.map((workflowId) => stack.ended(workflowId)));
    const gaps = gapsBetween(await Promise.all(asked.map((workflowId) => timesOf(server.client, workflowId))));
    const longest = Math.max(...gaps);
    say(`queued starts: ${DEPLOYMENTS} one after another, at most ${longest.toFixed(0)} ms between two`);
    const goal = { atMostMs: 1000 };
    const what = `${DEPLOYMENTS} queued deployments of one stack: end of one → the next is at work`;
    return [
      { what, ours: gaps, peer: [], goal },
      { what: 'the same, the longest', ours: [longest], peer: [], goal },
    ];
  } finally {
    await stack.remove();
  }
}

function gapsBetween(runs: RunTimes[]): number[] {
  const turns = runs.map((times) => ({ beganAtMs: beganAtMs(times), endedAtMs: endedAtMs(times) }));
  turns.sort((a, b) => a.beganAtMs - b.beganAtMs);
  const gaps = turns.slice(1).map(({ beganAtMs }, index) => beganAtMs - turns[index]!.endedAtMs);
  if (gaps.some((gap) => gap < 0)) throw new Error('a deployment was at work before the one before it had ended');
  return gaps;
}

/** A run is done with the stack once it gives the lease back; to close takes it a moment more. */
function endedAtMs({ signals }: RunTimes): number {
  return signals.find(({ name }) => name === releaseSignal.name)!.atMs;
}

/** A run is at work once it has the lease, and takes its turn on the host. */
function beganAtMs({ activities }: RunTimes): number {
  return activities.find(({ type }) => type === 'beginRun')!.startedAtMs;
}
