import { BenchStack } from './bench-stack.js';
import { ByHand, SINGLE_FILES } from './by-hand.js';
import type { Bench, Measurement } from './measurement.js';
import { freePort } from './own-server.js';

/** The same web service twice, each on a port of its own: as a stack, and run by hand. */
export interface Sides {
  stack: BenchStack;
  port: number;
  hand: ByHand;
  handPort: number;
}

/** What is measured of both sides. */
export interface Comparison {
  name: string;
  what: string;
  /** The goal: at most this many times the peer. */
  ratio: number;
  /** The versions that serve before the first measurement. */
  first: { stack: string; hand: string };
  /** Measures either side once, in milliseconds; `run` counts from 1. */
  once(sides: Sides, run: number): Promise<{ ours: number; peer: number }>;
}

/** Measures a stack of one service beside the same service run by hand. Leaves nothing behind. */
export async function besideByHand(bench: Bench, comparison: Comparison): Promise<Measurement[]> {
  const { server, runs, say } = bench;
  const { name, what, ratio, first, once } = comparison;
  const [port, handPort] = [await freePort(), await freePort()];
  const stack = await BenchStack.make(server, name, SINGLE_FILES);
  const hand = new ByHand(stack, handPort);
  const measurement: Measurement = { what, ours: [], peer: [], goal: { ratio } };
  try {
    await stack.set({ VERSION: first.stack, PORT: port });
    await stack.register();
    await stack.deploy();
    await hand.start(first.hand);
    for (let run = 1; run <= runs; run += 1) {
      const { ours, peer } = await once({ stack, port, hand, handPort }, run);
      measurement.ours.push(ours);
      measurement.peer.push(peer);
      say(`${name} ${run} of ${runs}: ${ours.toFixed(0)} ms, peer ${peer.toFixed(0)} ms`);
    }
    return [measurement];
  } finally {
    await hand.remove();
    await stack.remove();
  }
}
