import { BenchStack } from './bench-stack.js';
import { ByHand, SINGLE_FILES } from './by-hand.js';
import { timesOf, verdictIn } from './history.js';
import type { Bench, Measurement } from './measurement.js';
import { freePort } from './own-server.js';
import { PortProbe } from './port-probe.js';

/** From the moment a gate says no until the old version answers. */
export async function rollback({ server, runs, say }: Bench): Promise<Measurement[]> {
  const [port, handPort] = [await freePort(), await freePort()];
  const stack = await BenchStack.make(server, 'rollback', SINGLE_FILES);
  const hand = new ByHand(stack, handPort);
  const measurement: Measurement = {
    what: 'rollback, gate failure → old version serving; peer: docker stop, rm and run by hand',
    ours: [],
    peer: [],
    goal: { ratio: 1.5 },
  };
  try {
    await stack.set({ VERSION: 'old', PORT: port });
    await stack.register();
    await stack.deploy();
    await hand.start('bad');
    for (let run = 1; run <= runs; run += 1) {
      await stack.set({ VERSION: 'bad', UNHEALTHY: 1, PORT: port });
      measurement.ours.push(await rolledBackIn(stack, server.client, port));
      measurement.peer.push(await recreatedIn(hand, handPort));
      say(`rollback ${run} of ${runs}: ${measurement.ours.at(-1)!.toFixed(0)} ms, peer ${measurement.peer.at(-1)} ms`);
    }
    return [measurement];
  } finally {
    await hand.remove();
    await stack.remove();
  }
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
