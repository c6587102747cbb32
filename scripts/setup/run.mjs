/** Runs other programs: argument arrays only, output kept, an own time limit each. */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { CannotSetUp } from './say.mjs';

const keptCharacters = 200_000;

/**
 * @typedef {object} Ended
 * @property {number} code exit code; 127 when the program could not be started, 124 when its time was up
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * Runs a program to its end and never rejects: the caller judges the exit code.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ timeoutMs?: number, env?: Record<string, string>, cwd?: string, show?: boolean }} [options]
 *   env is added to ours; show passes its output on to the reader besides; timeoutMs defaults to a minute
 * @returns {Promise<Ended>}
 */
export function run(program, args, { timeoutMs = 60_000, env = {}, cwd, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kept = { stdout: '', stderr: '' };
    for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        kept[stream] = (kept[stream] + text).slice(-keptCharacters);
        if (show) process.stderr.write(text);
      });
    }
    let timeIsUp = false;
    const timer = setTimeout(() => {
      timeIsUp = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout: '', stderr: error.message });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: timeIsUp ? 124 : (code ?? 1), ...kept });
    });
  });
}

/**
 * Runs a program that has to succeed.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 * @returns {Promise<string>} what it wrote to stdout
 * @throws {CannotSetUp} with its last lines, where it fails
 */
export async function must(program, args, options) {
  const ended = await run(program, args, options);
  if (ended.code === 0) return ended.stdout;
  const reason = ended.code === 124 ? 'took too long' : `exit code ${ended.code}`;
  const output = options?.show ? '' : `\n${lastLines(`${ended.stdout}\n${ended.stderr}`, 15)}`;
  throw new CannotSetUp(`\`${[program, ...args].join(' ')}\` failed (${reason})${output}`);
}

/** @param {string} text @param {number} count @returns {string} its last non-empty lines */
export function lastLines(text, count) {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}

/** @param {string} file @returns {boolean} whether it is a file that we may execute */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** @param {string} program @returns {string | undefined} the file that the shell would run, as PATH says */
export function onPath(program) {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, program))
    .find(isExecutable);
}

/** @returns {boolean} whether we may install packages and start daemons */
export function isRoot() {
  return process.getuid?.() === 0;
}
