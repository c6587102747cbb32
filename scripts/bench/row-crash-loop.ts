import { BenchStack } from './bench-stack.js';
import { eventsDuring, type ContainerEvent } from './docker-events.js';
import { timesOf, verdictIn } from './history.js';
import type { Bench, Measurement } from './measurement.js';
import { CommandFailed, timed } from './run.js';

const FILES = {
  'compose.yaml': `services:
  web:
    image: evenkeel-test/web:1
    restart: always
    environment: { VERSION: "\${VERSION}", EXIT_CODE: "\${EXIT_CODE:-}" }
# The twin would find it out before the stack is touched; this is about the gate.
x-evenkeel: { rehearse: { mode: 'off' } }
`,
};

/** A program without a view of restarts may wait for ever; nobody wants to watch that. */
const PEER_WAITS_SECONDS = 20;

/** From the second restart of a service that exits at once, again and again, until the deployment calls it failed. */
export async function crashLoop({ server, runs, say }: Bench): Promise<Measurement[]> {
  const own = await BenchStack.make(server, 'loop', FILES);
  const peer = await BenchStack.make(server, 'loop-peer', FILES);
  const ours: number[] = [];
  try {
    await own.set({ VERSION: 'good' });
    await own.register();
    await own.deploy();
    for (let run = 1; run <= runs; run += 1) {
      await own.set({ VERSION: `bad-${run}`, EXIT_CODE: 3 });
      ours.push(await failedAfterRestarts(own, server.client));
      say(`crash loop ${run} of ${runs}: failed ${ours.at(-1)!.toFixed(0)} ms after the second restart`);
    }
    await peer.set({ VERSION: 'bad', EXIT_CODE: 3 });
    const { sinceRestartMs, says } = await peerOn(peer);
    return [
      {
        what: 'crash loop under restart: always, second restart → failed; peer: docker compose up -d --wait',
        ours,
        peer: sinceRestartMs === undefined ? [] : [sinceRestartMs],
        ...(sinceRestartMs === undefined ? { peerSays: says } : {}),
        goal: { atMostMs: 1000 },
      },
    ];
  } finally {
    await own.remove();
    await peer.remove();
  }
}

async function failedAfterRestarts(stack: BenchStack, client: Bench['server']['client']): Promise<number> {
  let workflowId = '';
  const events = await eventsDuring(stack.name, async () => (workflowId = await stack.deploy('rolled-back')));
  const { activities } = await timesOf(client, workflowId);
  const gate = activities.find(({ type, result }) => isGate(type) && verdictIn(result) === 'fail');
  if (!gate) throw new Error(`${workflowId}: no gate failed`);
  const restartedAtMs = secondRestart(events);
  if (restartedAtMs === undefined) throw new Error(`${stack.name}: its container did not restart twice`);
  return gate.endedAtMs - restartedAtMs;
}

function isGate(type: string): boolean {
  return type === 'awaitHealth' || type === 'watchStability';
}

/** When a container ended for the second time, which is when Docker counts the second restart; undefined when none did. */
function secondRestart(events: ContainerEvent[]): number | undefined {
  const deaths = new Map<string, number[]>();
  for (const { action, containerId, atMs } of events) {
    if (action === 'die') deaths.set(containerId, [...(deaths.get(containerId) ?? []), atMs]);
  }
  return [...deaths.values()].find((times) => times.length >= 2)?.[1];
}

async function peerOn(stack: BenchStack): Promise<{ sinceRestartMs?: number; says: string }> {
  let says = '';
  let endedAtMs = 0;
  let tookMs = 0;
  const events = await eventsDuring(stack.name, async () => {
    tookMs = await timed(async () => {
      says = await stack.compose('up', '-d', '--wait', '--wait-timeout', `${PEER_WAITS_SECONDS}`).then(
        () => 'says it is up',
        (error: unknown) => {
          if (error instanceof CommandFailed) return lastLine(error.message);
          throw error;
        },
      );
    });
    endedAtMs = Date.now();
  });
  const restartedAtMs = secondRestart(events);
  const gaveUp = tookMs >= PEER_WAITS_SECONDS * 1000;
  if (says === 'says it is up') return { says };
  if (gaveUp || restartedAtMs === undefined) {
    return { says: gaveUp ? `no word in ${PEER_WAITS_SECONDS} s` : says };
  }
  return { sinceRestartMs: endedAtMs - restartedAtMs, says };
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
