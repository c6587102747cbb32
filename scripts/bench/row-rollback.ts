import type { BenchStack } from './bench-stack.js';
import { besideByHand } from './beside-by-hand.js';
import type { ByHand } from './by-hand.js';
import { timesOf, verdictIn } from './history.js';
import type { Bench, Measurement } from './measurement.js';
import { PortProbe } from './port-probe.js';

/** From the moment a gate says no until the old version answers. */
export async function rollback(bench: Bench): Promise<Measurement[]> {
  return besideByHand(bench, {
    name: 'rollback',
    what: 'rollback, gate failure → old version serving; peer: docker stop, rm and run by hand',
    ratio: 1.5,
    first: { stack: 'old', hand: 'bad' },
    async once({ stack, port, hand, handPort }) {
      await stack.set({ VERSION: 'bad', UNHEALTHY: 1, PORT: port });
      const ours = await rolledBackIn(stack, bench.server.client, port);
      const peer = await recreatedIn(hand, handPort);
      return { ours, peer };
    },
  });
}

async function rolledBackIn(stack: BenchStack, client: Bench['server']['client'], port: number): Promise<number> {
  const probe = new PortProbe(port, '/version');
  try {
    await probe.answered('old');
    const workflowId = await stack.deploy('rolled-back');
    const { activities } = await timesOf(client, workflowId);
    const gate = activities.find(({ type, result }) => type === 'awaitHealth' && verdictIn(result) === 'fail');
    if (!gate) throw new Error(`${workflowId}: no gate failed`);
    return (await probe.answered('old', gate.endedAtMs)) - gate.endedAtMs;
  } finally {
    await probe.stop();
  }
}

async function recreatedIn(hand: ByHand, port: number): Promise<number> {
  const probe = new PortProbe(port, '/version');
  try {
    await probe.answered('bad');
    const begin = Date.now();
    await hand.replace('old');
    const served = (await probe.answered('old', begin)) - begin;
    await hand.replace('bad');
    return served;
  } finally {
    await probe.stop();
  }
}
