import { mkdir, open, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { privateFolder } from '../store/layout.js';
import { writePrivate } from '../store/private-file.js';
import { parseIdentity, type ProcessIdentity, startTicksOf } from './child-process-identity.js';

/**
 * What a child leaves in its folder: `output.log` from the start, `process` (who it is) before its command begins, and
 * `exit-code` after its command has ended. The folder itself says that somebody has begun to start it.
 */
export const OUTPUT_FILE = 'output.log';

/** What a shell reports for a program that KILL ended. */
export const KILLED_EXIT_CODE = 137;
const TERMINATED_EXIT_CODE = 143;
/** The same for INT and QUIT, by which Docker ends containers of images that say so: PostgreSQL's, nginx's. */
const STOPPED_EXIT_CODES = [130, 131];
/** What a shell reports for a program that was ended from outside. */
export const KILLED_EXIT_CODES: readonly number[] = [KILLED_EXIT_CODE, TERMINATED_EXIT_CODE, ...STOPPED_EXIT_CODES];

/** What a shell reports for a program that is not there, and `docker run` where Docker made no container, as its image is gone. */
export const NOT_RUN_EXIT_CODES: readonly number[] = [125, 126, 127];

/** Whether a program that ended with this was ended from outside. */
export function wasKilled(exitCode: number): boolean {
  return KILLED_EXIT_CODES.includes(exitCode);
}

/**
 * The same of a container, which Docker ends by KILL, and by the signal that it asks for or else TERM. What its program does with other
 * codes is its own doing: a shell says of any command that INT has ended what it says of one that Docker has ended so.
 */
export function wasContainerKilled(exitCode: number, stopSignal = ''): boolean {
  return [KILLED_EXIT_CODE, TERMINATED_EXIT_CODE, 128 + signalNumber(stopSignal)].includes(exitCode);
}

/** By name, with or without SIG, or by number; NaN where it is none that we know. */
function signalNumber(signal: string): number {
  const known: Record<string, number> = os.constants.signals;
  return known[`SIG${signal.toUpperCase().replace(/^SIG/, '')}`] ?? Number.parseInt(signal, 10);
}

/**
 * The shell that outlives us: it says who it is, runs the command, and leaves the exit code last. It catches TERM, INT
 * and HUP, which go to the whole group, so that it lives to record how its command took them; a command that is not even
 * looked up by then never begins. Beside the exit code it leaves the line of a process that has just begun: what has started
 * later is nothing of this child. The two files appear whole or not at all, for their owner only; the command has the umask
 * it would have without us. The shell's own `mv` is looked up in the system's default path, since the command's PATH may be
 * any.
 */
export const WRAPPER = `
folder=$1; shift
mask=$(umask); umask 077
told=
trap told=1 TERM INT HUP
leave() { printf '%s\\n' "$2" >"$folder/$1.part" && command -p mv -f "$folder/$1.part" "$folder/$1"; }
read -r stat </proc/$$/stat
read -r boot </proc/sys/kernel/random/boot_id
leave process "$stat
$boot"
umask "$mask"
if [ "$told" ]; then code=${TERMINATED_EXIT_CODE}; else "$@" >>"$folder/${OUTPUT_FILE}" 2>&1; code=$?; fi
umask 077
ended=$(read -r stat </proc/self/stat; printf '%s' "$stat")
leave exit-code "$code
$ended"
`;

export function outputFileOf(folder: string): string {
  return path.join(folder, OUTPUT_FILE);
}

/** Makes the folder and the empty output file. False when it was there before: somebody has started this child. */
export async function claimFolder(folder: string): Promise<boolean> {
  await privateFolder(path.dirname(folder));
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await (await open(outputFileOf(folder), 'a', 0o600)).close();
  return true;
}

/** Takes the claim back: nothing was started. */
export async function unclaimFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** The exit code, or undefined while there is none. */
export async function readExitCode(folder: string): Promise<number | undefined> {
  const code = Number.parseInt(await readFile(path.join(folder, 'exit-code'), 'utf8').catch(emptyIfMissing), 10);
  return Number.isNaN(code) ? undefined : code;
}

/** When a child had ended, in clock ticks since the boot; undefined while it has not, or where it could not say so itself. */
export async function readEndTicks(folder: string): Promise<number | undefined> {
  const [, line = ''] = (await readFile(path.join(folder, 'exit-code'), 'utf8').catch(emptyIfMissing)).split('\n');
  return startTicksOf(line);
}

/** Records how a child ended that could not do so itself, because it was killed. */
export async function writeExitCode(folder: string, exitCode: number): Promise<void> {
  await writePrivate(path.join(folder, 'exit-code'), `${exitCode}\n`);
}

/** Who the child is, or undefined while it has not said so. */
export async function readIdentity(folder: string): Promise<ProcessIdentity | undefined> {
  return parseIdentity(await readFile(path.join(folder, 'process'), 'utf8').catch(emptyIfMissing));
}

function emptyIfMissing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}
