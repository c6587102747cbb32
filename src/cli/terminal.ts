import picocolors from 'picocolors';
import type { GlobalFlags } from './global-flags.js';

/** Where a command runs: its streams, its environment, its folder. Handed in, so that a test can hand in another. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  cwd: string;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** Colours, or their absence: every function returns its text. */
export type Colours = ReturnType<typeof picocolors.createColors>;

/** One invocation: what every verb is given besides its own arguments. */
export interface Cli extends Surroundings {
  flags: GlobalFlags;
  /** For what is said. */
  colours: Colours;
  /** For what is printed. */
  printColours: Colours;
  /** A line for people, on stderr; nothing with `--quiet`. */
  say(text: string): void;
  /** The answer itself, on stdout. */
  print(text: string): void;
  /** The answer as one JSON document, on stdout. */
  printJson(document: unknown): void;
  /** Text for people can be redrawn, and questions can be asked. */
  interactive: boolean;
}

export function createCli(surroundings: Surroundings, flags: GlobalFlags): Cli {
  const { stdin, stdout, stderr } = surroundings;
  return {
    ...surroundings,
    flags,
    colours: picocolors.createColors(flags.colour && stderr.isTTY === true),
    printColours: picocolors.createColors(flags.colour && stdout.isTTY === true),
    say: (text) => {
      if (!flags.quiet) stderr.write(`${text}\n`);
    },
    print: (text) => void stdout.write(`${text}\n`),
    printJson: (document) => void stdout.write(`${JSON.stringify(document, null, 2)}\n`),
    interactive: stdin.isTTY && stderr.isTTY && !flags.json,
  };
}
