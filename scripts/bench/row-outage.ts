import { besideByHand } from './beside-by-hand.js';
import type { Bench, Measurement } from './measurement.js';
import { PortProbe } from './port-probe.js';

/** For how long nobody answers on the published port while the one service of a stack is replaced. */
export async function outage(bench: Bench): Promise<Measurement[]> {
  return besideByHand(bench, {
    name: 'outage',
    what: 'outage of one stop-first service; peer: docker stop, rm and run by hand',
    ratio: 1.3,
    first: { stack: '0', hand: '0' },
    async once({ stack, port, hand, handPort }, run) {
      await stack.set({ VERSION: run, PORT: port });
      const ours = await gapOf(port, run, () => stack.deploy());
      const peer = await gapOf(handPort, run, () => hand.replace(`${run}`));
      return { ours, peer };
    },
  });
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
