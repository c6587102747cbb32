import { BenchStack } from './bench-stack.js';
import { ByHand, SINGLE_FILES } from './by-hand.js';
import type { Bench, Measurement } from './measurement.js';
import { freePort } from './own-server.js';
import { PortProbe } from './port-probe.js';

/** For how long nobody answers on the published port while the one service of a stack is replaced. */
export async function outage({ server, runs, say }: Bench): Promise<Measurement[]> {
  const [port, handPort] = [await freePort(), await freePort()];
  const stack = await BenchStack.make(server, 'outage', SINGLE_FILES);
  const hand = new ByHand(stack, handPort);
  const measurement: Measurement = {
    what: 'outage of one stop-first service; peer: docker stop, rm and run by hand',
    ours: [],
    peer: [],
    goal: { ratio: 1.3 },
  };
  try {
    await stack.set({ VERSION: 0, PORT: port });
    await stack.register();
    await stack.deploy();
    await hand.start('0');
    for (let run = 1; run <= runs; run += 1) {
      await stack.set({ VERSION: run, PORT: port });
      measurement.ours.push(await gapOf(port, run, () => stack.deploy()));
      measurement.peer.push(await gapOf(handPort, run, () => hand.replace(`${run}`)));
      say(`outage ${run} of ${runs}: ${measurement.ours.at(-1)} ms, peer ${measurement.peer.at(-1)} ms`);
    }
    return [measurement];
  } finally {
    await hand.remove();
    await stack.remove();
  }
}

async function gapOf(port: number, version: number, replace: () => Promise<unknown>): Promise<number> {
  const probe = new PortProbe(port, '/version');
  try {
    await probe.answered(`${version - 1}`);
    await replace();
    await probe.answered(`${version}`);
    return probe.longestGapMs();
  } finally {
    await probe.stop();
  }
}
