import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SCRIPTS, type Shell, SHELLS } from '../../../../src/cli/completion/scripts.js';

const run = promisify(execFile);
let folder: string;

/** A shell that hangs must not outlive the test. */
const PATIENCE_MS = 60_000;

/** Notes what it is called with, and has two candidates. */
const EVENKEEL = `#!/bin/sh
printf '%s|' "$@" >> "$EK_CALLS"; echo >> "$EK_CALLS"
[ "$1" != __complete ] || printf 'show\\tone: all of it\\nlist\\n'
`;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-shells-'));
  await writeFile(path.join(folder, 'evenkeel'), EVENKEEL);
  await chmod(path.join(folder, 'evenkeel'), 0o755);
  for (const shell of SHELLS) await writeFile(path.join(folder, `script.${shell}`), SCRIPTS[shell]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs lines in a shell that finds our `evenkeel`. Returns what it printed, and how `evenkeel` was called meanwhile. */
async function inShell(argv: string[], lines: string): Promise<{ stdout: string; calls: string[] }> {
  const calls = path.join(folder, 'calls');
  await writeFile(calls, '');
  const env = { PATH: `${folder}:${process.env['PATH']}`, HOME: folder, EK_CALLS: calls, TERM: 'dumb' };
  const [program, ...args] = argv as [string, ...string[]];
  const { stdout } = await run(program, [...args, lines], {
    cwd: folder,
    env,
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  return { stdout, calls: (await readFile(calls, 'utf8')).trimEnd().split('\n') };
}

/** The test runs where the shell is installed; elsewhere its name says why it does not. */
function inItself(shell: Shell, what: string, test: () => Promise<void>): void {
  const isThere = spawnSync(shell, ['-c', 'exit 0']).status === 0;
  if (isThere) it(`${shell}: ${what}`, test, PATIENCE_MS + 5_000);
  else it.skip(`${shell}: ${what} (skipped: ${shell} is not installed)`, test);
}

inItself('bash', 'words that it splits are put together again', async () => {
  const { stdout, calls } = await inShell(
    ['bash', '-c'],
    `source script.bash; COMP_WORDS=(evenkeel --project-name = shop stack ''); COMP_CWORD=5; _evenkeel
     printf '%s\\n' "\${COMPREPLY[@]}"; complete -p evenkeel`,
  );
  expect(stdout.trim().split('\n')).toEqual(['show', 'list', 'complete -o default -F _evenkeel evenkeel']);
  expect(calls).toEqual(['__complete|--|--project-name=shop|stack||']);
});

inItself('zsh', 'a word that a person begins is completed, and runs', async () => {
  // A shell of its own on a terminal of its own. What is typed before it is ready would not be read by its line editor.
  const { calls } = await inShell(
    ['zsh', '-f', '-c'],
    `zmodload zsh/zpty; zpty shell zsh -f -i
     zpty -w shell "PROMPT=; autoload -Uz compinit; compinit -u -D; source script.zsh; echo now''ready"
     zpty -r shell said '*nowready*'
     zpty -w -n shell $'evenkeel --project-name=shop stack sh\\t\\n'
     zpty -w shell exit; while zpty -r shell said; do :; done`,
  );
  expect(calls).toEqual(['__complete|--|--project-name=shop|stack|sh|', '--project-name=shop|stack|show|']);
});

inItself('fish', 'it has the candidates that begin so, with what they are about', async () => {
  const { stdout, calls } = await inShell(
    ['fish', '--no-config', '-c'],
    `source script.fish; complete -C 'evenkeel --project-name=shop stack sh'; complete -C 'evenkeel stack '`,
  );
  expect(stdout.trim().split('\n')).toEqual(['show\tone: all of it', 'list', 'show\tone: all of it']);
  expect(calls).toEqual(['__complete|--|--project-name=shop|stack|sh|', '__complete|--|stack||']);
});
