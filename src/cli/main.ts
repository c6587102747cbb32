import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { EXIT } from '../spec/outcome.js';
import { createProgram } from './program.js';
import type { Surroundings } from './terminal.js';

/** Codes with which commander reports that it has printed what was asked for. */
const ANSWERED = ['commander.helpDisplayed', 'commander.version'];

/** Runs one command line. Returns the exit code; errors have been rendered by then. */
export async function main(argv: string[], surroundings: Surroundings): Promise<number> {
  let exitCode: number = EXIT.ok;
  try {
    const program = createProgram(surroundings, (code) => {
      exitCode = code;
    });
    for (const command of [program, ...program.commands.flatMap((verb) => [verb, ...verb.commands])]) {
      throwInsteadOfExit(command, surroundings);
    }
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && ANSWERED.includes(error.code)) return EXIT.ok;
    // Called with nothing to do: the help has been printed.
    if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
    return renderError(error, argv, surroundings);
  }
}

function throwInsteadOfExit(command: Command, { stdout, stderr }: Surroundings): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
    // Errors are rendered in one place, as text or as JSON.
    outputError: () => undefined,
  });
}

async function renderError(error: unknown, argv: string[], { stdout, stderr }: Surroundings): Promise<number> {
  const { accountOf, errorText } = await import('./render/error.js');
  const account = accountOf(error);
  // What was typed may not have been understood, so the flags are looked for as they stand.
  const typed = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  if (typed.includes('--json')) stdout.write(`${JSON.stringify({ error: account }, null, 2)}\n`);
  else stderr.write(`${errorText(error, typed.includes('-v') || typed.includes('--verbose'))}\n`);
  return account.exitCode;
}
