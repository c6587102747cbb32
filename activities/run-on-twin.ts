import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { cancellationSignal } from '@temporalio/activity';
import { wasKilled } from '../src/docker/child-traces.js';
import type { ChildEnd } from '../src/docker/children.js';
import { readTail } from '../src/docker/run-child.js';
import { isWeather } from '../src/docker/weather.js';
import type { Verdict } from '../src/gates/verdict.js';
import { duration } from '../src/gates/words.js';
import { encodeName } from '../src/store/layout.js';
import type { HostActivities } from './activities.js';
import { composeUntil } from './compose-children.js';
import { withTwinTurn } from './take-turn.js';
import { openTwin } from './twin-place.js';
import type { World } from './world.js';

const EXCERPT_LINES = 20;
/** What shells say of a command that is not there, or must not be executed. */
const NOT_RUN = new Set([126, 127]);
const LOOK_EVERY_MS = 200;

/**
 * Safe to repeat because a command that an earlier attempt has begun is found by its traces, awaited and read: it is run
 * once, however many attempts there are, unless its Compose was killed. Where Compose fails, its container tells whether that was
 * the command: it stays until the twin goes.
 */
export function runOnTwin(world: World): HostActivities['runOnTwin'] {
  return async (args) => {
    const { twin: ref, service, command } = args;
    const place = { project: ref.project, service: `run ${service} ${command}` };
    return withTwinTurn(world, args, place, async (lock) => {
      const twin = await openTwin(world, args, ref);
      const { timeoutMs } = twin.frozen.spec.services[service]!.health;
      const timeout = AbortSignal.timeout(timeoutMs);
      const beganAtMs = Date.now();
      const terminateOn = AbortSignal.any([cancellationSignal(), timeout]);
      const hash = createHash('sha256').update(command).digest('hex').slice(0, 8);
      const container = `${ref.project}-run-${service}-${hash}`;
      const end = await composeUntil<ChildEnd>(world, {
        ...{ stack: twin.stack, frozen: twin.frozen, lockFd: lock.fd },
        name: encodeName(`run-${service}-${hash}`),
        doing: `running ${command} in ${service} on the twin`,
        prepare: async () => {
          await world.engine.removeWithVolumes(container);
          return { args: runArgs(container, service, command) };
        },
        // However it ended: that is what was to be found out.
        look: async (ended) =>
          ended.kind === 'exited' ? endOfCommand(world, ended, container, terminateOn) : undefined,
        unmet: 'it left nothing behind',
        terminateOn,
      });
      cancellationSignal().throwIfAborted();
      const lines = end.kind === 'exited' ? await readTail(end.outputFile, EXCERPT_LINES) : [];
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

type Exited = Extract<ChildEnd, { kind: 'exited' }>;

/**
 * How the command ended, where its Compose has failed: that may have lost Docker while the command went on. Undefined where weather kept
 * it from beginning.
 */
async function endOfCommand(
  { engine }: World,
  ended: Exited,
  container: string,
  until: AbortSignal,
): Promise<Exited | undefined> {
  if (ended.exitCode === 0 || until.aborted) return ended;
  for (;;) {
    const state = (await engine.inspect(container))?.State;
    if (!state || state.Status === 'created')
      return isWeather((await readTail(ended.outputFile, EXCERPT_LINES)).join('\n')) ? undefined : ended;
    if (!state.Running) return { ...ended, exitCode: state.ExitCode };
    await pause(LOOK_EVERY_MS);
    if (until.aborted) return ended;
  }
}

function judged(end: ChildEnd, timedOutMs: number | undefined): Pick<Verdict, 'verdict' | 'reason'> {
  if (timedOutMs !== undefined) return { verdict: 'inconclusive', reason: `not done within ${duration(timedOutMs)}` };
  const exitCode = end.kind === 'exited' ? end.exitCode : -1;
  if (exitCode === 0) return { verdict: 'pass', reason: 'exited with 0' };
  if (wasKilled(exitCode)) return { verdict: 'inconclusive', reason: `was killed (exited with ${exitCode})` };
  return { verdict: 'fail', reason: `exited with ${exitCode}${NOT_RUN.has(exitCode) ? ' (cannot be run)' : ''}` };
}
