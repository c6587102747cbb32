import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { wasContainerKilled, wasKilled } from '../src/docker/child-traces.js';
import type { Exited } from '../src/docker/children.js';
import { readTail } from '../src/docker/run-child.js';
import { isWeather } from '../src/docker/weather.js';
import type { Verdict } from '../src/gates/verdict.js';
import { duration } from '../src/gates/words.js';
import { encodeName } from '../src/store/layout.js';
import { timeoutSignal } from '../src/timeout-signal.js';
import type { HostActivities } from './activities.js';
import { childSignals } from './child-signals.js';
import { composeUntil, KILLED } from './compose-children.js';
import { withTwinTurn } from './take-turn.js';
import { openTwin } from './twin-place.js';
import { wakeTwin } from './wake-twin.js';
import type { World } from './world.js';

const EXCERPT_LINES = 20;
/** What shells say of a command that is not there, or must not be executed. */
const NOT_RUN = new Set([126, 127]);
const LOOK_EVERY_MS = 200;
/** Docker and machines that stop kill a command. One that is killed as often as this ends that way. */
const MOST_KILLED = 3;

/**
 * Safe to repeat because a command that an earlier attempt has begun is found by its traces, awaited and read: it is run
 * once, however many attempts there are, unless it, or its Compose, was killed. Where Compose fails, its container tells whether that
 * was the command: it stays until the twin goes. A worker that is told to stop leaves the command at work.
 */
export function runOnTwin(world: World): HostActivities['runOnTwin'] {
  return async (args) => {
    const { twin: ref, service, command } = args;
    const place = { project: ref.project, service: `run ${service} ${command}` };
    return withTwinTurn(world, args, place, async () => {
      const twin = await openTwin(world, args, ref);
      const { timeoutMs } = twin.frozen.spec.services[service]!.health;
      const timeout = timeoutSignal(timeoutMs);
      const beganAtMs = Date.now();
      const { attempt, scheduledTimestampMs: sinceMs } = activityInfo();
      let isRepeat = attempt > 1;
      const { terminateOn: asked, leaveOn } = childSignals();
      const signals = { terminateOn: AbortSignal.any([asked, timeout]), leaveOn };
      const hash = createHash('sha256').update(command).digest('hex').slice(0, 8);
      const container = `${ref.project}-run-${service}-${hash}`;
      const end = await composeUntil<CommandEnd>(world, {
        // Without the lock, so that the next attempt waits for it no longer than it may take.
        ...{ stack: twin.stack, frozen: twin.frozen, ...signals },
        name: encodeName(`run-${service}-${hash}`),
        doing: `running ${command} in ${service} on the twin`,
        prepare: async () => {
          await world.engine.removeWithVolumes(container);
          if (isRepeat) await wakeTwin(world, twin.frozen.spec, { sinceMs });
          isRepeat = true;
          return { args: runArgs(container, service, command) };
        },
        // However it ended: that is what was to be found out.
        look: async (ended, killed) =>
          ended.kind === 'exited'
            ? endOfCommand(world, ended, { container, mayAgain: killed + 1 < MOST_KILLED, ...signals })
            : undefined,
        unmet: 'it left nothing behind',
      });
      cancellationSignal().throwIfAborted();
      const lines = await readTail(end.outputFile, EXCERPT_LINES);
      return {
        ...judged(end, timeout.aborted ? timeoutMs : undefined),
        service,
        excerpt: twin.frozen.redact(lines.join('\n')).split('\n'),
        durationMs: Date.now() - beganAtMs,
      };
    });
  };
}

/** In a container of its own, so that it is run whether or not the service is up, by the shell and not by its entrypoint. */
function runArgs(container: string, service: string, command: string): string[] {
  return [
    ...['run', '--name', container, '--no-deps', '-T', '--interactive=false', '--entrypoint', '/bin/sh'],
    ...[service, '-c', command],
  ];
}

/** `isFromOutside`: something else ended it, which says nothing of the command. */
type CommandEnd = Exited & { isFromOutside: boolean };

interface CommandPlace {
  container: string;
  /** Whether a command that was killed is begun again. */
  mayAgain: boolean;
  terminateOn: AbortSignal;
  leaveOn: AbortSignal;
}

/**
 * How the command ended, where its Compose has failed: that may have lost Docker while the command went on. Undefined where weather kept
 * it from beginning; `KILLED` where something from outside ended it, which says nothing of the command.
 */
async function endOfCommand(
  { engine }: World,
  ended: Exited,
  { container, mayAgain, terminateOn, leaveOn }: CommandPlace,
): Promise<CommandEnd | typeof KILLED | undefined> {
  const ofCompose = { ...ended, isFromOutside: wasKilled(ended.exitCode) };
  if (ended.exitCode === 0 || terminateOn.aborted) return ofCompose;
  for (;;) {
    const inspect = await engine.inspect(container);
    const state = inspect?.State;
    if (!state || state.Status === 'created') {
      if (mayAgain && ofCompose.isFromOutside) return KILLED;
      return isWeather((await readTail(ended.outputFile, EXCERPT_LINES)).join('\n')) ? undefined : ofCompose;
    }
    if (!state.Running) {
      const { StopSignal } = inspect.Config as { StopSignal?: string };
      const isFromOutside = wasContainerKilled(state.ExitCode, StopSignal);
      // That it asks for more memory than it may have is its own doing.
      if (mayAgain && isFromOutside && !state.OOMKilled) return KILLED;
      return { ...ended, exitCode: state.ExitCode, isFromOutside };
    }
    await pause(LOOK_EVERY_MS);
    if (terminateOn.aborted) return ofCompose;
    leaveOn.throwIfAborted();
  }
}

function judged(
  { exitCode, isFromOutside }: CommandEnd,
  timedOutMs: number | undefined,
): Pick<Verdict, 'verdict' | 'reason'> {
  if (timedOutMs !== undefined) return { verdict: 'inconclusive', reason: `not done within ${duration(timedOutMs)}` };
  if (exitCode === 0) return { verdict: 'pass', reason: 'exited with 0' };
  if (isFromOutside) return { verdict: 'inconclusive', reason: `was killed (exited with ${exitCode})` };
  return { verdict: 'fail', reason: `exited with ${exitCode}${NOT_RUN.has(exitCode) ? ' (cannot be run)' : ''}` };
}
