import type { Question } from '../../../src/gates/hearing.js';
import { followService, type GateCursor, judgeService } from '../../../src/gates/judge-service.js';
import type { Judgement } from '../../../src/gates/judgement.js';
import type { Sample } from '../../../src/gates/verdict.js';
import type { GateSpec } from '../../../src/plan/plan.js';

/** When the gate begins; every time of a test counts from here. */
export const T = 1_000_000_000;

export const GATE: GateSpec = {
  kind: 'long-running',
  timeoutMs: 60_000,
  stableForMs: 5_000,
  probe: 'active',
  onInconclusive: 'rollback',
};

type Seen = Partial<Omit<Sample, 'atMs' | 'startedAtMs' | 'healthAtMs'>> & { started?: number; probed?: number };

const HEALTHCHECK = { intervalMs: 10_000, timeoutMs: 5_000, retries: 3 };

/** What a look saw `at` milliseconds after the gate's begin: a new container that runs, unless said otherwise. */
export function seen(at: number, { started = -100, probed, ...rest }: Seen = {}): Sample {
  return {
    ...{ atMs: T + at, id: 'a', container: 'shop-api-1', number: 1, createdAtMs: T - 500 },
    state: 'running',
    restartCount: 0,
    restartPolicy: { name: 'no', maximumRetries: 0 },
    startedAtMs: T + started,
    health: 'none',
    ...(probed === undefined ? {} : { healthBeganAtMs: T + probed, healthAtMs: T + probed }),
    ...(rest.health === 'unhealthy' ? { failingStreak: 3 } : {}),
    ...(rest.health && rest.health !== 'none' ? { healthcheck: HEALTHCHECK } : {}),
    ...rest,
  };
}

/** An own probe that ended `at` milliseconds after the gate's begin. */
export function own(at: number, outcome: 'ok' | 'failed' | 'broken'): Required<Pick<Sample, 'probe' | 'probing'>> {
  return { probing: true, probe: { outcome, atMs: T + at, durationMs: 20, exitCode: outcome === 'ok' ? 0 : 1 } };
}

export const restart = (name: Sample['restartPolicy']['name'], maximumRetries = 0) => ({
  restartPolicy: { name, maximumRetries },
});

/** Plays looks to a gate until it has an answer, and returns that. A look may be of several containers. */
export function play(looks: (Sample | Sample[])[], gate: Partial<GateSpec> & { question?: Question } = {}): Judgement {
  const answers = playOn(looks, gate);
  return answers.find(({ verdict }) => verdict !== 'pending') ?? answers.at(-1)!;
}

/** What a gate would answer to each look, had it not answered before. */
export function playOn(
  looks: (Sample | Sample[])[],
  { question = 'first-well', ...gate }: Partial<GateSpec> & { question?: Question } = {},
): Judgement[] {
  let cursor: GateCursor = { startedAtMs: T, tracks: {} };
  return looks.map((look) => {
    const samples = [look].flat();
    const atMs = samples[0]!.atMs;
    const spec = { ...GATE, ...gate };
    cursor = followService(cursor, samples, atMs, { question, gate: spec, askedAtMs: T });
    return judgeService({ question, gate: spec, cursor, samples, atMs });
  });
}
