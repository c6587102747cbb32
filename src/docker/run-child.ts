import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { ChildCommand, ChildEnd, WaitOptions } from './children.js';
import { hasMembers, isOfAnother, type ProcessIdentity } from './child-process-identity.js';
import {
  claimFolder,
  KILLED_EXIT_CODE,
  outputFileOf,
  readEndTicks,
  readExitCode,
  readIdentity,
  unclaimFolder,
  WRAPPER,
  writeExitCode,
} from './child-traces.js';
import { terminateGroup } from './terminate-group.js';

export { readTail } from './read-tail.js';

const POLL_MS = 100;
/** How long a shell may take to say who it is. */
const BIRTH_MS = 2_000;

/**
 * Runs a program that outlives us, and waits for its end. Where its folder has traces of a child already, nothing is
 * started: that child is waited for and read, whoever started it. Only the output's last lines are worth a person's
 * time: `readTail`.
 *
 * `lost` means that its whole process group is gone without an exit code, or never appeared. When `terminateOn` aborts, the end is
 * still awaited and reported (143 for a program that TERM ended, 137 for KILL); the signal tells the two apart.
 * Throws when the program cannot be started at all; then no traces are left.
 */
export async function runChild(command: ChildCommand, wait: WaitOptions = {}): Promise<ChildEnd> {
  const child = (await claimFolder(command.folder)) ? await start(command, wait) : await adopt(command.folder);
  if (child) await ending(command.folder, child, wait);
  return readEnd(command.folder);
}

/** A child that was started: its process group, and a promise that settles when nothing of it is at work any more. */
interface Running {
  group: number;
  gone: Promise<void>;
  /** Nobody waits for it any longer, and it keeps no process from ending. */
  leave: () => void;
}

/** Starts the wrapper in a process group of its own. Being its parent we hear of its end at once. */
async function start(command: ChildCommand, { terminateOn, leaveOn }: WaitOptions): Promise<Running> {
  const { folder, argv, cwd, env, lockFd } = command;
  try {
    terminateOn?.throwIfAborted();
    leaveOn?.throwIfAborted();
    const child = spawn('/bin/sh', ['-c', WRAPPER, 'evenkeel-child', folder, ...argv], {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', ...(lockFd === undefined ? [] : [lockFd])],
    });
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await once(child, 'spawn');
    return { group: child.pid!, gone: gone.then(() => untilGroupGone(child.pid!)), leave: () => child.unref() };
  } catch (error) {
    await unclaimFolder(folder);
    if (terminateOn?.aborted || leaveOn?.aborted) throw error;
    throw new Error(`${argv[0]} could not be started in ${cwd}: ${(error as Error).message}`, { cause: error });
  }
}

/** A child that somebody else started; undefined when nothing of it is at work, or it never said who it was. */
async function adopt(folder: string): Promise<Running | undefined> {
  const giveUpAt = performance.now() + BIRTH_MS;
  while (performance.now() < giveUpAt) {
    const identity = await readIdentity(folder);
    // Nobody is told to end by the number of a group that may be somebody else's by now.
    if (identity) return (await isAtWork(folder, identity)) ? found(folder, identity) : undefined;
    if ((await readExitCode(folder)) !== undefined) return undefined;
    await pause(POLL_MS);
  }
  return undefined;
}

async function isAtWork(folder: string, identity: ProcessIdentity): Promise<boolean> {
  return !(await isOfAnother(identity)) && (await hasMembers(identity.pid, await readEndTicks(folder)));
}

function found(folder: string, identity: ProcessIdentity): Running {
  const left = new AbortController();
  const untilGone = async (): Promise<void> => {
    while (!left.signal.aborted && (await isAtWork(folder, identity))) await pause(POLL_MS);
  };
  return { group: identity.pid, gone: untilGone(), leave: () => left.abort() };
}

/** A shell that was killed by itself leaves its command at work, whatever exit code was noted: that is not the end. */
async function untilGroupGone(group: number): Promise<void> {
  while (await hasMembers(group)) await pause(POLL_MS);
}

/** Waits until the child is gone, and on abort sees to it that the whole group is, unless the child is to be left. */
async function ending(folder: string, child: Running, { terminateOn, leaveOn }: WaitOptions): Promise<void> {
  const [abort, leave] = [untilAborted(terminateOn), untilAborted(leaveOn)];
  let isGone = false;
  try {
    await Promise.race([child.gone.then(() => (isGone = true)), abort.aborted, leave.aborted]);
  } finally {
    abort.dispose();
    leave.dispose();
  }
  if (isGone) return;
  if (!terminateOn?.aborted) {
    child.leave();
    throw leaveOn!.reason;
  }
  await Promise.all([terminateGroup(child.group), child.gone]);
  if ((await readExitCode(folder)) === undefined) await writeExitCode(folder, KILLED_EXIT_CODE);
}

async function readEnd(folder: string): Promise<ChildEnd> {
  const exitCode = await readExitCode(folder);
  const outputFile = outputFileOf(folder);
  return exitCode === undefined ? { kind: 'lost', outputFile } : { kind: 'exited', exitCode, outputFile };
}

function untilAborted(signal: AbortSignal | undefined): { aborted: Promise<void>; dispose: () => void } {
  let onAbort = (): void => {};
  const aborted = new Promise<void>((resolve) => {
    onAbort = resolve;
    if (signal?.aborted) resolve();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
  return { aborted, dispose: () => signal?.removeEventListener('abort', onAbort) };
}
