import path from 'node:path';
import { activityInfo, heartbeat, sleep } from '@temporalio/activity';
import { answering, lookingAfterAll, seenForMs, unanswered } from '../src/gates/engine-away.js';
import type { Question } from '../src/gates/hearing.js';
import { followService, type GateCursor, judgeService } from '../src/gates/judge-service.js';
import type { Judgement } from '../src/gates/judgement.js';
import { windowEndsInMs } from '../src/gates/judge-stability.js';
import { restartsOf } from '../src/gates/last-look.js';
import { lookingAgain } from '../src/gates/look-gap.js';
import { AWAITING_PACE, WATCHING_PACE } from '../src/gates/probe-pace.js';
import type { Sample, Verdict } from '../src/gates/verdict.js';
import type { GateSpec } from '../src/plan/plan.js';
import type { FrozenRef } from '../src/spec/stack-spec.js';
import { openFrozen } from '../src/store/frozen.js';
import { encodeName } from '../src/store/layout.js';
import type { Turn } from './activities.js';
import { OwnProbes } from './own-probes.js';
import { ownProjectFolder } from './run-place.js';
import { SampleLog } from './sample-log.js';
import { ServiceSampler } from './sample-service.js';
import { withTwinTurn } from './take-turn.js';
import { wakeTwin } from './wake-twin.js';
import type { World } from './world.js';

const LOOK_EVERY_MS = 150;
/** Over a long window an exit or a restart is seen early enough by looking less often. */
const LOOK_LEAST_EVERY_MS = 500;
const EXCERPT_LINES = 20;

export type GateArgs = Turn & { frozen: Pick<FrozenRef, 'folder'>; service: string; gate: GateSpec };

/** Where a gate keeps its cursor from attempt to attempt. */
export interface GateMemory {
  recalled: GateCursor | undefined;
  note: (cursor: GateCursor) => void;
}

/**
 * Looks at a service, of the stack or of its twin, until its gate has an answer. It only looks, but for starting again on a twin what may
 * have ended with Docker, so it may run twice; its cursor is in the heartbeats, so that another attempt keeps the deadline, the window, and
 * the restarts that do not count.
 */
export async function settleGate(world: World, args: GateArgs, question: Question): Promise<Verdict> {
  const recalled = (activityInfo().heartbeatDetails as GateCursor | null | undefined) ?? undefined;
  const never = new AbortController().signal;
  return (await settleUnless(never, world, args, question, { recalled, note: heartbeat }))!;
}

/** The same, with the cursor in a place of its own; undefined where it is over before there is an answer. */
export async function settleUnless(
  over: AbortSignal,
  world: World,
  args: GateArgs,
  question: Question,
  memory: GateMemory,
): Promise<Verdict | undefined> {
  const { stack, service, gate } = args;
  const { redact, spec } = await openFrozen(world.layout, stack, args.frozen.folder);
  const { project } = spec;
  const folder = ownProjectFolder(world, stack, project);
  const log = await SampleLog.open(path.join(folder, 'health', `${encodeName(service)}.jsonl`));
  const { scheduledTimestampMs: askedAtMs, attempt } = activityInfo();
  let cursor: GateCursor = memory.recalled ?? { startedAtMs: Date.now(), tracks: {} };
  // An attempt that could not say so may have begun before.
  const sinceMs = Math.min(cursor.startedAtMs, askedAtMs);
  // Docker may have started anew while no worker looked.
  let isAnother = attempt > 1;
  const probes = new OwnProbes(world.engine, question === 'first-well' ? AWAITING_PACE : WATCHING_PACE, redact);
  const sampler = new ServiceSampler(world.engine, probes, { project, service, gate, redact });
  const paceMs =
    question === 'first-well'
      ? LOOK_EVERY_MS
      : Math.min(Math.max(LOOK_EVERY_MS, gate.stableForMs / 10), LOOK_LEAST_EVERY_MS);
  const pauseAfter = (samples: Sample[]): number => {
    const seenAtMs = Math.max(...samples.map(({ atMs }) => atMs));
    return Math.min(paceMs, probes.dueInMs(), windowEndsInMs(Object.values(cursor.tracks), gate, seenAtMs));
  };
  try {
    while (!over.aborted) {
      const probeEnded = probes.ended();
      const samples = await sampler.look(cursor);
      cursor = lookingAgain(cursor, Date.now());
      if (samples && (isAnother || cursor.awaySinceMs !== undefined)) {
        const wokenFromMs = Date.now();
        if (project !== stack) {
          const wake = () => wakeTwin(world, spec, { sinceMs });
          await withTwinTurn(world, args, { project, service: `wake for ${service}` }, wake);
        }
        cursor = lookingAfterAll(answering(cursor, wokenFromMs), wokenFromMs, Date.now());
        isAnother = false;
        continue;
      }
      cursor = samples
        ? followService(cursor, samples, Date.now(), { question, gate, askedAtMs })
        : unanswered(cursor, Date.now());
      memory.note(cursor);
      if (samples) await log.add(samples);
      const answer = judgeService({ question, gate, cursor, samples, atMs: Date.now() });
      if (answer.verdict !== 'pending') {
        return {
          ...{ verdict: answer.verdict, reason: answer.reason, service },
          ...(answer.outOfTime ? { outOfTime: true } : {}),
          ...(answer.flapping ? { flapping: true } : {}),
          ...(gate.kind === 'long-running' && samples && isUnchecked(samples) ? { unchecked: true } : {}),
          ...(samples ? { restarts: restartsOf(samples) } : {}),
          ...(await excerptOf(world, answer, redact)),
          durationMs: seenForMs(cursor, Date.now()),
        };
      }
      // Being cancelled ends the sleep, and with it the gate.
      await Promise.race([sleep(samples ? pauseAfter(samples) : LOOK_EVERY_MS), probeEnded]);
    }
    return undefined;
  } finally {
    await probes.close();
  }
}

function isUnchecked(samples: Sample[]): boolean {
  return samples.length > 0 && samples.every(({ health }) => health === 'none');
}

/** What the container that decided against its service wrote last. */
async function excerptOf(
  { engine }: World,
  { verdict, containerId }: Judgement,
  redact: (text: string) => string,
): Promise<{ excerpt?: string[] }> {
  if (verdict === 'pass' || containerId === undefined) return {};
  try {
    const lines = await engine.lastLines(containerId, EXCERPT_LINES);
    return lines.length === 0 ? {} : { excerpt: redact(lines.join('\n')).split('\n') };
  } catch {
    // The verdict stands without it: the container, or the engine, has gone away.
    return {};
  }
}
