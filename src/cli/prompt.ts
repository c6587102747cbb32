import { createInterface } from 'node:readline/promises';
import { UsageError } from './errors.js';
import type { Cli } from './terminal.js';

/**
 * Asks before something that cannot be taken back. `yes` answers beforehand; without it and without a terminal to ask
 * on, this is a usage error. Returns whether to go on.
 */
export async function confirm(cli: Cli, question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!cli.interactive) throw new UsageError(`${question} Nobody is here to answer.`, 'say so beforehand with -y');
  const prompt = createInterface({ input: cli.stdin, output: cli.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}
