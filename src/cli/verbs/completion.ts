import type { Command } from 'commander';
import { EXIT } from '../../spec/outcome.js';
import { candidatesFor } from '../completion/candidates.js';
import { namesHere } from '../completion/names-here.js';
import { SCRIPTS, type Shell } from '../completion/scripts.js';
import type { Cli } from '../terminal.js';

/** Prints what a shell has to read for completion. */
export async function completion(cli: Cli, shell: Shell): Promise<number> {
  cli.print(SCRIPTS[shell].trimEnd());
  return EXIT.ok;
}

/** Prints what may stand at the last word; for shells. Nothing that goes wrong is told: a person is typing. */
export async function complete(cli: Cli, program: Command, words: string[]): Promise<number> {
  const candidates = await candidatesFor(program, words, namesHere(cli)).catch(() => []);
  for (const { value, about } of candidates) cli.print(about === undefined ? value : `${value}\t${about}`);
  return EXIT.ok;
}
