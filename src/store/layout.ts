import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/**
 * Where everything is on the host's disk. The state folder is `$EVENKEEL_HOME`, else `/var/lib/evenkeel` for root, else
 * `$XDG_STATE_HOME/evenkeel`, else `~/.local/state/evenkeel`. Folders are 0700 and files 0600.
 *
 * ```
 * host.json                       who this host is, and the key that content hashes are made with
 * registry/<stack>.json           where a stack's files are; registry/<stack>.env.json: captured variables
 * stacks/<stack>/epoch.json       whose turn it is
 * stacks/<stack>/health.json      the last scheduled look
 * stacks/<stack>/hold.json        whether anything may act on it by itself
 * stacks/<stack>/releases/<n>/    what was deployed
 * stacks/<stack>/runs/<id>/<run>/ what a run decided, did and saw
 * temporal.db                     the embedded server's database
 * ```
 */
export interface Layout {
  home: string;
  lockDir: string;
}

/** The layout that the environment asks for. */
export function layoutFrom(env: NodeJS.ProcessEnv = process.env): Layout {
  return { home: stateFolder(env), lockDir: env['EVENKEEL_LOCK_DIR'] ?? machineLockDir() };
}

function stateFolder(env: NodeJS.ProcessEnv): string {
  if (env['EVENKEEL_HOME']) return path.resolve(env['EVENKEEL_HOME']);
  if (process.getuid?.() === 0) return '/var/lib/evenkeel';
  return path.join(env['XDG_STATE_HOME'] ?? path.join(os.homedir(), '.local', 'state'), 'evenkeel');
}

/** One for the whole machine, whoever runs the worker, so that two state folders cannot both hold a lock. */
function machineLockDir(): string {
  return '/run/lock/evenkeel';
}

export function stackFolder(layout: Layout, stack: string): string {
  return path.join(layout.home, 'stacks', stack);
}

/** The folder of one run. Workflow ids may hold anything, so they are percent-encoded into one name. */
export function runFolder(layout: Layout, stack: string, workflowId: string, runId: string): string {
  return path.join(stackFolder(layout, stack), 'runs', encodeName(workflowId), runId);
}

/** File systems allow 255 bytes; a name may get an ending. */
const LONGEST_NAME = 200;

/** A file name that stands for any text; a long text is cut, and told apart by its hash. */
export function encodeName(text: string): string {
  const encoded = encodeURIComponent(text).replace(
    /[.!'()*~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  if (encoded.length <= LONGEST_NAME) return encoded;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return `${encoded.slice(0, LONGEST_NAME - hash.length - 1)}-${hash}`;
}

/** Makes a folder that only its owner can enter. */
export async function privateFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}
