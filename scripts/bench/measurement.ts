import type { OwnServer } from './own-server.js';

/** One number to reach: what it was, beside its peer, in the same run. */
export interface Measurement {
  what: string;
  /** What is counted; default: milliseconds. */
  unit?: 'bytes';
  ours: number[];
  /** Empty where the peer has no number; `peerSays` tells what it did instead. */
  peer: number[];
  peerSays?: string;
  /** At most this many times the peer, at most this long, or at most this much; absent where the number is only to be known. */
  goal?: { ratio: number } | { atMostMs: number } | { atMostBytes: number };
  /** What the numbers are made of, as a table below the others. */
  details?: { head: string[]; rows: string[][] };
}

/** How a row is to be measured. */
export interface How {
  /** How often each side is measured. */
  runs: number;
  /** Tells a person how far it is. */
  say: (line: string) => void;
}

/** What a row is given. */
export interface Bench extends How {
  server: OwnServer;
}

/** One or more numbers that are measured together. Leaves nothing behind. */
export type Row = (bench: Bench) => Promise<Measurement[]>;

/** The same, with a server that the row itself starts: it is no ordinary one. */
export interface RowWithItsServer {
  measure: (how: How) => Promise<Measurement[]>;
}

export interface Judged extends Measurement {
  oursMedian: number;
  peerMedian?: number;
  ratio?: number;
  met: boolean;
}

/** A row that came to no number, and why. */
export interface Failed {
  what: string;
  failed: string;
}

/** The medians, their ratio, and whether the goal is met. */
export function judged(measurement: Measurement): Judged {
  const { ours, peer, goal } = measurement;
  const oursMedian = median(ours);
  const within = goal === undefined || ('ratio' in goal ? false : oursMedian <= mostOf(goal));
  if (peer.length === 0) return { ...measurement, oursMedian, met: within };
  const peerMedian = median(peer);
  const ratio = oursMedian / peerMedian;
  const met = goal !== undefined && 'ratio' in goal ? ratio <= goal.ratio : within;
  return { ...measurement, oursMedian, peerMedian, ratio, met };
}

function mostOf(goal: { atMostMs: number } | { atMostBytes: number }): number {
  return 'atMostMs' in goal ? goal.atMostMs : goal.atMostBytes;
}

/** The middle one, or the mean of the two in the middle. Not a number for none. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
