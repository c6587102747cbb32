import type { Engine } from '../src/docker/engine.js';
import type { Healthcheck } from '../src/gates/healthcheck.js';
import { pauseBeforeProbe, type ProbePace } from '../src/gates/probe-pace.js';
import { ownProbeOf } from '../src/gates/read-container.js';
import type { OwnProbe, Sample } from '../src/gates/verdict.js';

/** A running container that is to be probed. */
export interface Probed {
  id: string;
  /** Which start of the container the outcome will speak of. */
  startedAtMs: number | undefined;
  healthcheck: Healthcheck;
}

interface Series {
  startedAtMs: number | undefined;
  done: number;
  nextAtMs: number;
  /** Of the one that is under way. */
  beganAtMs?: number;
  last?: OwnProbe;
}

/** However fast probes follow each other, looks do not come closer together than this. */
const LEAST_PAUSE_MS = 50;

/** Runs containers' own healthchecks beside the looks of a gate, one at a time in each container. */
export class OwnProbes {
  private readonly series = new Map<string, Series>();
  private readonly inFlight = new Set<Promise<void>>();
  private readonly closing = new AbortController();
  private tellEnd: () => void = () => undefined;

  constructor(
    private readonly engine: Pick<Engine, 'exec'>,
    private readonly pace: ProbePace,
    private readonly redact: (text: string) => string,
  ) {}

  /** Starts what is due, and returns what is known of the container's present start, and what is under way. */
  attend(probed: Probed): Pick<Sample, 'probe' | 'probeBeganAtMs'> {
    const series = this.seriesOf(probed);
    if (series.beganAtMs === undefined && Date.now() >= series.nextAtMs) {
      const running = this.probe(probed, series).finally(() => this.inFlight.delete(running));
      this.inFlight.add(running);
    }
    const { last, beganAtMs } = series;
    return { ...(last ? { probe: last } : {}), ...(beganAtMs === undefined ? {} : { probeBeganAtMs: beganAtMs }) };
  }

  /** Forgets a container that does not run. */
  leave(id: string): void {
    this.series.delete(id);
  }

  /** How long to wait before the look that starts the next probe; `Infinity` where none is due. */
  dueInMs(): number {
    const waiting = [...this.series.values()].filter(({ beganAtMs }) => beganAtMs === undefined);
    return Math.max(LEAST_PAUSE_MS, Math.min(...waiting.map(({ nextAtMs }) => nextAtMs - Date.now())));
  }

  /** Resolves when the next probe ends. */
  ended(): Promise<void> {
    return new Promise((resolve) => (this.tellEnd = resolve));
  }

  /** Stops waiting for probes; Docker has no way to end them. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.allSettled(this.inFlight);
  }

  private seriesOf({ id, startedAtMs }: Probed): Series {
    const known = this.series.get(id);
    if (known && known.startedAtMs === startedAtMs) return known;
    const series: Series = { startedAtMs, done: 0, nextAtMs: 0 };
    this.series.set(id, series);
    return series;
  }

  private async probe({ id, healthcheck }: Probed, series: Series): Promise<void> {
    const { command, timeoutMs, intervalMs } = healthcheck;
    const beganAtMs = Date.now();
    series.beganAtMs = beganAtMs;
    try {
      const result = await this.engine.exec(id, command, { timeoutMs, signal: this.closing.signal });
      series.last = ownProbeOf(result, Date.now(), this.redact);
    } catch {
      // An engine that does not answer is noticed by the looks; a probe that could not be made says nothing.
    }
    delete series.beganAtMs;
    series.done += 1;
    series.nextAtMs = Date.now() + pauseBeforeProbe(series.done, Date.now() - beganAtMs, intervalMs, this.pace);
    this.tellEnd();
  }
}
