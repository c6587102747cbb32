import { type ContainerInspect, type Engine, EngineAway } from '../src/docker/engine.js';
import type { GateCursor } from '../src/gates/judge-service.js';
import { missingSample, ownHealthcheck, sampleOf } from '../src/gates/read-container.js';
import type { ContainerTrack } from '../src/gates/track.js';
import type { Sample } from '../src/gates/verdict.js';
import type { GateSpec } from '../src/plan/plan.js';
import type { OwnProbes } from './own-probes.js';

/** Containers are listed anew this often; between lists only those known are inspected. */
const LIST_EVERY_MS = 5_000;
/** Exit events from before the gate may belong to what it looks at. */
const DEATHS_BEFORE_MS = 60_000;

/** Looks at all containers of one service. */
export class ServiceSampler {
  private ids: string[] = [];
  private listedAtMs = -Infinity;

  constructor(
    private readonly engine: Pick<Engine, 'containers' | 'inspect' | 'deaths'>,
    private readonly probes: OwnProbes,
    private readonly place: { project: string; service: string; gate: GateSpec; redact: (text: string) => string },
  ) {}

  /** A sample of each container, those that have gone since the cursor included; undefined while Docker is away. */
  async look(cursor: GateCursor): Promise<Sample[] | undefined> {
    try {
      const present = (await this.inspectAll()).map((inspect) => this.sample(inspect));
      const missing = Object.values(cursor.tracks).filter(({ id }) => !present.some((sample) => sample.id === id));
      for (const { id } of missing) this.probes.leave(id);
      return await this.withDeaths(cursor, [...present, ...gone(missing, present)]);
    } catch (error) {
      if (error instanceof EngineAway) return undefined;
      throw error;
    }
  }

  private async inspectAll(): Promise<ContainerInspect[]> {
    if (this.ids.length > 0 && Date.now() - this.listedAtMs < LIST_EVERY_MS) {
      const found = await this.inspectKnown();
      if (found.length === this.ids.length) return found;
    }
    const listed = await this.engine.containers(this.place.project, this.place.service);
    this.ids = listed.filter(({ leftoverOf }) => !leftoverOf).map(({ id }) => id);
    this.listedAtMs = Date.now();
    return this.inspectKnown();
  }

  private async inspectKnown(): Promise<ContainerInspect[]> {
    const found = await Promise.all(this.ids.map((id) => this.engine.inspect(id)));
    return found.filter((inspect) => inspect !== undefined);
  }

  private sample(inspect: ContainerInspect): Sample {
    const { gate, redact } = this.place;
    const sample = sampleOf(inspect, Date.now(), redact);
    const healthcheck = sample.state === 'running' ? ownHealthcheck(inspect, gate) : undefined;
    const { id, startedAtMs } = sample;
    if (!healthcheck) {
      this.probes.leave(id);
      return sample;
    }
    return { ...sample, probing: true, ...this.probes.attend({ id, startedAtMs, healthcheck }) };
  }

  /** Asked only after a restart: that is when Docker's exit code may not be the real one. */
  private async withDeaths(cursor: GateCursor, samples: Sample[]): Promise<Sample[]> {
    const restarted = samples.filter((sample) => hasRestarted(cursor, sample));
    if (restarted.length === 0) return samples;
    const deaths = await this.engine.deaths(this.place.project, cursor.startedAtMs - DEATHS_BEFORE_MS);
    return samples.map((sample) => {
      const death = deaths.findLast(({ containerId }) => containerId === sample.id);
      if (!death || !restarted.includes(sample)) return sample;
      return { ...sample, death: { exitCode: death.exitCode, atMs: death.atMs } };
    });
  }
}

/** A container that is missing, unless another has taken its place. */
function gone(missing: ContainerTrack[], present: Sample[]): Sample[] {
  return missing
    .filter((track) => !present.some(({ number }) => number === track.number))
    .map((track) => missingSample(track, Date.now()));
}

function hasRestarted({ tracks }: GateCursor, { id, state, restartCount }: Sample): boolean {
  return state !== 'missing' && restartCount > (tracks[id]?.restartCount ?? 0);
}
