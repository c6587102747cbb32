import path from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import type { ChildEnd, Exited } from '../src/docker/children.js';
import { KILLED_EXIT_CODE, readExitCode, wasKilled, writeExitCode } from '../src/docker/child-traces.js';
import { composeArgv } from '../src/docker/compose-command.js';
import { frozenEnvironment } from '../src/docker/compose-environment.js';
import { saysNoRoom } from '../src/docker/no-room.js';
import { readTail, runChild } from '../src/docker/run-child.js';
import { isStuck } from '../src/docker/stuck.js';
import { upAndStartArgv } from '../src/docker/up-and-start.js';
import { Weather, weatherReason } from '../src/docker/weather.js';
import type { Frozen } from '../src/store/frozen.js';
import { FAILURE } from './failures.js';
import { ownProjectFolder } from './run-place.js';
import { tookTooLong, UNANSWERED_EXIT_CODE } from './took-too-long.js';
import type { World } from './world.js';
import { exists, namesIn } from '../src/store/places.js';

/** Something that Compose is to bring about. */
export interface ComposeWork<T> {
  /** The stack it is for; the Compose project may be its twin's. */
  stack: string;
  /** Names the folder of its children: `replace-api`. */
  name: string;
  frozen: Frozen;
  /** For messages: `replacing api`. */
  doing: string;
  /** Whose fault it is when Compose says no; where the step is not about that one service anyway. */
  culprit?: string;
  /** Looks, clears the way, and says what to run. Called before each child that is started, not for one that is found. */
  prepare: () => Promise<ComposeCall>;
  /**
   * What it came to, or undefined when the goal is not reached. Called after each child, however that ended; `killed` says how many
   * before it were killed. `KILLED` where this one is to count as another, whatever it says of its end.
   */
  look: (end: ChildEnd, killed: number) => Promise<T | typeof KILLED | undefined>;
  /** What is wrong when Compose ends well and the goal is not reached all the same. */
  unmet: string;
  /** Why a failure with this output may pass by itself, where the table of weather does not know it. */
  passes?: (output: string) => Promise<string | undefined>;
  /** The host lock, for the child to keep for as long as it lives. */
  lockFd?: number;
  env?: Record<string, string>;
  /** Ends the child when it aborts. Without it the child is always waited for. */
  terminateOn?: AbortSignal;
  /** Leaves the child to the next attempt when it aborts. */
  leaveOn?: AbortSignal;
  /**
   * For a Compose that neither builds nor pulls: one that takes longer is ended, whatever it waits for. Mostly that is an answer which
   * Docker does not give; copying much into a new volume, or a hook of the service, may take as long.
   */
  withinMs?: number | undefined;
}

/** What `look` says of a child whose work something else has ended, wherever that was done. */
export const KILLED: unique symbol = Symbol('killed');

export interface ComposeCall {
  args: string[];
  /** Service whose containers are to be started once Compose has created them. */
  thenStart?: string;
  /** Instead of the frozen one. */
  composeFile?: string;
}

/** Lines of a failed step's output that go into its failure. */
const EXCERPT_LINES = 15;
/** The last line of a failed `docker start`; the reason stands before it. */
const SAYS_NO_MORE = /^Error: failed to start containers: /;
/** More of a step's children than this that were killed mean that something keeps killing them. */
const MOST_KILLED = 20;

/**
 * Runs Compose until the goal is reached. The last child that an earlier attempt started is waited for and read first. One
 * that was killed or ended, or met weather in an earlier attempt, is followed by a new one in a folder of its own; `prepare` has
 * cleared what the dead one left. How often weather is met is for the step's own attempts to bound.
 *
 * Throws `StepFailed` with the last lines, redacted, when Compose says no; a plain error for weather, which is tried
 * again later.
 */
export async function composeUntil<T>(world: World, work: ComposeWork<T>): Promise<T> {
  const first = firstFolder(world, { ...work, project: work.frozen.spec.project });
  const earlier = await earlierChildren(first);
  let { killed, unanswered } = earlier;
  for (let number = earlier.last; killed < MOST_KILLED; number += 1) {
    const folder = folderOf(first, number);
    const found = await exists(folder);
    const late = new AbortController();
    const end = await runOne(world, work, folder, found, late);
    // Whatever it says of its end, the next attempt finds that it was ended for this.
    if (late.signal.aborted) await writeExitCode(folder, UNANSWERED_EXIT_CODE);
    const reached = await work.look(end, killed);
    if (reached === KILLED) {
      await writeExitCode(folder, KILLED_EXIT_CODE);
      killed += 1;
      continue;
    }
    if (reached !== undefined) return reached;
    work.terminateOn?.throwIfAborted();
    if (late.signal.aborted) throw tookTooLong(work.doing, work.withinMs!, unanswered + 1);
    if (end.kind === 'exited' && end.exitCode === UNANSWERED_EXIT_CODE) {
      unanswered += 1;
      continue;
    }
    if (end.kind === 'lost' || wasKilled(end.exitCode)) {
      killed += 1;
      continue;
    }

    const failure = await failureOf(work, end);
    if (found && failure.passing) continue;
    throw failure.error;
  }
  throw stepFailed(`${work.doing}: its Compose was killed ${killed} times; find out what kills it (memory?)`, []);
}

/** What names the children of a step. */
type Work = Pick<ComposeWork<unknown>, 'stack' | 'name'> & { project: string };

function firstFolder(world: World, { stack, project, name }: Work): string {
  return path.join(ownProjectFolder(world, stack, project), 'children', name);
}

/** No service name holds an @, so this is no other step's folder. */
function folderOf(first: string, number: number): string {
  return number === 1 ? first : `${first}@${number}`;
}

/** The number of the last child that was started, or of the first one to start; and how those before it ended. */
async function earlierChildren(first: string): Promise<{ last: number; killed: number; unanswered: number }> {
  const beginning = `${path.basename(first)}@`;
  const names = await namesIn(path.dirname(first));
  const numbers = names.flatMap((name) => (name.startsWith(beginning) ? [Number(name.slice(beginning.length))] : []));
  const last = Math.max(1, ...numbers);
  const codes = await Promise.all(
    Array.from({ length: last - 1 }, (_, index) => readExitCode(folderOf(first, index + 1))),
  );
  return {
    last,
    killed: codes.filter((code) => code === undefined || wasKilled(code)).length,
    unanswered: codes.filter((code) => code === UNANSWERED_EXIT_CODE).length,
  };
}

async function runOne<T>(
  world: World,
  work: ComposeWork<T>,
  folder: string,
  found: boolean,
  late: AbortController,
): Promise<ChildEnd> {
  const { frozen } = work;
  const call: ComposeCall = found ? { args: [] } : await work.prepare();
  const composeFile = call.composeFile ?? frozen.composeFile;
  const compose = composeArgv({ ...frozen, composeFile }, call.args);
  const { project } = frozen.spec;
  const timer = work.withinMs === undefined ? undefined : setTimeout(() => late.abort(), work.withinMs);
  return runChild(
    {
      folder,
      argv: call.thenStart === undefined ? compose : upAndStartArgv(project, call.thenStart, compose),
      cwd: frozen.folder,
      env: { ...frozenEnvironment(world, frozen), ...work.env },
      ...(work.lockFd === undefined ? {} : { lockFd: work.lockFd }),
    },
    {
      terminateOn: work.terminateOn ? AbortSignal.any([work.terminateOn, late.signal]) : late.signal,
      ...(work.leaveOn ? { leaveOn: work.leaveOn } : {}),
    },
  ).finally(() => clearTimeout(timer));
}

async function failureOf<T>(
  { doing, frozen, unmet, culprit, passes }: ComposeWork<T>,
  end: Exited,
): Promise<{ error: Error; passing: boolean }> {
  const excerpt = (await readTail(end.outputFile, EXCERPT_LINES)).map((line) => frozen.redact(line));
  if (end.exitCode === 0) {
    return { error: stepFailed(`${doing}: Compose says it is done, but ${unmet}`, excerpt, culprit), passing: true };
  }
  const output = excerpt.join('\n');
  const weather = weatherReason(output) ?? (await passes?.(output));
  if (weather !== undefined) return { error: new Weather(`${doing}: ${weather}`), passing: true };
  const last = excerpt.filter((line) => line.trim() !== '' && !SAYS_NO_MORE.test(line)).at(-1) ?? 'it wrote nothing';
  const error = stepFailed(`${doing}: ${last}`, excerpt, culprit);
  // Who cannot be ended for it is tried again, and somebody may have made room, or cleared the way, by then.
  return { error, passing: saysNoRoom(output) || isStuck(error) };
}

/** The images that a build or a pull made, once its child has ended well. */
export async function imagesMade(
  { engine }: World,
  references: string[],
  end: ChildEnd,
): Promise<string[] | undefined> {
  if (end.kind === 'lost' || end.exitCode !== 0) return undefined;
  const ids = await Promise.all(references.map((reference) => engine.imageId(reference)));
  const made = ids.filter((id) => id !== null);
  return made.length === references.length ? made : undefined;
}

/** What no retry changes. `excerpt` is redacted already; `service` is whose fault it is, where the step is not about that one anyway. */
export function stepFailed(message: string, excerpt: string[] = [], service?: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, FAILURE.stepFailed, {
    excerpt,
    ...(service === undefined ? {} : { service }),
  });
}
