import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { KILLED_EXIT_CODE, NOT_RUN_EXIT_CODES, wasKilled } from '../docker/child-traces.js';
import type { ChildEnd, Exited } from '../docker/children.js';
import { lacksRoom } from '../docker/no-room.js';
import { readTail, runChild } from '../docker/run-child.js';
import { type CommandEnd, EndedBySignal, runToEnd } from '../docker/run-to-end.js';
import { Weather, weatherReason } from '../docker/weather.js';
import { LONGEST_TIMER_MS } from '../longest-timer.js';
import { DOCKER_AWAY } from '../retry-classes.js';
import { encodeName, privateFolder } from '../store/layout.js';
import { LookFailed, StoreFailed } from './store-kind.js';
import { withoutRows } from './without-rows.js';
import { exists } from '../store/places.js';

/** A shell script that moves content, as a detached child. */
export interface Script {
  /** Names the folder of its child: `dump-postgres-db`. */
  name: string;
  /** For messages: `dumping postgres-db`. */
  doing: string;
  /** A constant of ours, for `/bin/sh`. */
  text: string;
  /** Its positional arguments; never a secret. */
  args: string[];
  /** Variables for it alone; may hold secrets. */
  env?: Record<string, string>;
  /** Called before each start, not where a child of an earlier attempt is found: clears what a dead one left. */
  prepare?: () => Promise<void>;
  /** Called when the child was ended, or died: what goes on within a container is to be ended too. */
  afterKill?: () => Promise<void>;
}

/** A shell script that only looks, or that puts something back in a moment. */
export interface Look extends Pick<Script, 'doing' | 'text' | 'args' | 'env'> {
  /** How much it has to read through, as far as that is known: it is given time for it. */
  bytes?: number;
  /** It puts something back: it goes on when the step is ended. */
  isUndo?: true;
}

/** Runs the scripts of one step. */
export interface Scripts {
  /** Runs a script to its end; throws `StoreFailed` with its last lines when it fails. Returns what it wrote to its output. */
  run(script: Script): Promise<string>;
  /** Whether a script of that name was begun, by this attempt or an earlier one. */
  hasBegun(name: string): Promise<boolean>;
  /**
   * Runs a script that only looks: nobody waits for one that outlives us. One that was ended from outside, as by a Docker that stops, is
   * begun again. Throws `StoreFailed` as well, `LookFailed` where it could not look, and `Weather` where Docker says that it is away;
   * returns what it wrote to its standard output.
   */
  look(script: Look): Promise<string>;
  /** A folder for what is written on the way: lists, counts, exit codes. Absolute, 0700. */
  scratch: string;
  redact(text: string): string;
}

export interface ScriptPlace {
  /** The run's folder; children are in `children/` of it. */
  runFolder: string;
  /** What Docker needs of an environment. */
  env: Record<string, string>;
  redact: (text: string) => string;
  terminateOn?: AbortSignal;
  /** A lock that children hold on to: whoever gets it has waited for their end. */
  lockFd?: number;
}

const EXCERPT_LINES = 15;
const HOUR_MS = 3_600_000;
/** The slowest that a disk, or who unpacks what is on it, is reckoned to be. */
const BYTES_PER_MS = 1000;
/** Its client puts its name before what comes of `run`, writes a line of a log while it waits, and says no more than this in a copy. */
const DOCKER_SAYS = [
  new RegExp(`^(docker: )?(${DOCKER_AWAY.source}|error response from daemon)`, 'i'),
  /^(time=.* msg="|ERRO\[\d+\] )error waiting for container: /,
  /^unexpected EOF$/,
];
/** So many of a script's children that were killed mean that something keeps killing them. */
const MOST_KILLED = 10;
/** Fewer of those that look: it may be their own hunger for memory that endangers what serves. */
const MOST_LOOKS_KILLED = 3;

/**
 * Scripts as children that outlive us. One that an earlier attempt started is waited for and read; one that was killed is
 * followed by a new one. On abort the whole group is ended.
 */
export async function childScripts(place: ScriptPlace): Promise<Scripts> {
  const scratch = await privateFolder(path.join(place.runFolder, 'scratch'));
  return {
    ...{ scratch, redact: place.redact },
    run: (script) => run(place, script),
    hasBegun: (name) => exists(folderOf(place, name)),
    look: (script) => look(place, script),
  };
}

/** How long an attempt at a look may take that reads so much. Counting the rows of a large database takes its time as well. */
export function lookLimitMs(bytes = 0): number {
  return Math.min(HOUR_MS + Math.ceil(bytes / BYTES_PER_MS), LONGEST_TIMER_MS);
}

async function look(place: ScriptPlace, looking: Look): Promise<string> {
  const { doing } = looking;
  for (let times = 0; times < MOST_LOOKS_KILLED; times += 1) {
    const { exitCode, stdout, stderr } = await lookOnce(place, looking);
    if (exitCode === 0) return stdout;
    if (wasKilled(exitCode)) continue;
    throw failureSaying(place, doing, `${stdout}\n${stderr}`.split('\n').slice(-EXCERPT_LINES), exitCode);
  }
  throw new LookFailed(keepsBeingKilled(doing, MOST_LOOKS_KILLED));
}

async function lookOnce(place: ScriptPlace, { doing, text, args, env, bytes, isUndo }: Look): Promise<CommandEnd> {
  const argv = ['/bin/sh', '-c', text, 'evenkeel', ...args];
  const signal = isUndo ? undefined : place.terminateOn;
  signal?.throwIfAborted();
  const timeoutMs = lookLimitMs(bytes);
  const at = {
    cwd: place.runFolder,
    env: { ...place.env, ...env },
    timeoutMs,
    ownGroup: true,
    ...(signal ? { signal } : {}),
  } as const;
  const end = await runToEnd(argv, at).catch((error: unknown): CommandEnd => {
    signal?.throwIfAborted();
    if (!(error instanceof EndedBySignal)) throw error;
    if (!error.isOvertime) return { exitCode: KILLED_EXIT_CODE, stdout: '', stderr: '' };
    throw new LookFailed(`${doing}: it had not ended after ${Math.round(timeoutMs / HOUR_MS)} h`);
  });
  signal?.throwIfAborted();
  return end;
}

async function run(place: ScriptPlace, script: Script): Promise<string> {
  const first = folderOf(place, script.name);
  let killed = 0;
  for (let number = 1; killed < MOST_KILLED; number += 1) {
    const folder = number === 1 ? first : `${first}@${number}`;
    const found = await exists(folder);
    if (!found) await script.prepare?.();
    const end = await runOne(place, script, folder);
    if (end.kind === 'exited' && end.exitCode === 0) return readFile(end.outputFile, 'utf8');
    if (end.kind === 'lost' || wasKilled(end.exitCode) || place.terminateOn?.aborted) await script.afterKill?.();
    place.terminateOn?.throwIfAborted();
    if (end.kind === 'lost' || wasKilled(end.exitCode)) {
      killed += 1;
      continue;
    }
    const failure = await failureOf(place, script, end);
    // What an earlier attempt met may have passed.
    if (found && (failure instanceof Weather || lacksRoom(failure))) continue;
    throw failure;
  }
  throw new StoreFailed(keepsBeingKilled(script.doing, killed));
}

function keepsBeingKilled(doing: string, times: number): string {
  return `${doing}: it was killed ${times} times; find out what kills it (memory?)`;
}

/** Of the first child of a script. */
function folderOf({ runFolder }: ScriptPlace, name: string): string {
  return path.join(runFolder, 'children', encodeName(name));
}

async function runOne(place: ScriptPlace, script: Script, folder: string): Promise<ChildEnd> {
  return runChild(
    {
      folder,
      argv: ['/bin/sh', '-c', script.text, script.name, ...script.args],
      cwd: place.runFolder,
      env: { ...place.env, ...script.env },
      ...(place.lockFd === undefined ? {} : { lockFd: place.lockFd }),
    },
    place.terminateOn ? { terminateOn: place.terminateOn } : {},
  );
}

async function failureOf(place: ScriptPlace, { doing }: Script, { outputFile, exitCode }: Exited): Promise<Error> {
  return failureSaying(place, doing, await readTail(outputFile, EXCERPT_LINES), exitCode);
}

function failureSaying({ redact }: ScriptPlace, doing: string, lines: string[], exitCode: number): Error {
  const excerpt = withoutRows(lines)
    .map(redact)
    .filter((line) => line.trim() !== '');
  // Only Docker's own words: what a database says of its own connections is no weather of the engine.
  const weather = weatherReason(excerpt.filter((line) => DOCKER_SAYS.some((says) => says.test(line))).join('\n'));
  if (weather !== undefined) return new Weather(`${doing}: ${weather}`);
  const telling = excerpt.findLast((line) => /\b(error|fatal|denied|cannot|not)\b/i.test(line)) ?? excerpt.at(-1);
  const why = `${doing}: ${telling?.trim() ?? `it ended with ${exitCode} and wrote nothing`}`;
  return NOT_RUN_EXIT_CODES.includes(exitCode) ? new LookFailed(why, excerpt) : new StoreFailed(why, excerpt);
}
