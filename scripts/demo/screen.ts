import picocolors from 'picocolors';

/** Wide enough for the table at the end, narrow enough for most terminals. */
const WIDTH = 100;

/** What the audience sees. Everything goes to stdout, in the order in which it happened. */
export interface Screen {
  readonly colours: ReturnType<typeof picocolors.createColors>;
  say(text?: string): void;
  /** The beginning of an act: its title, and what to watch out for. */
  act(number: number, title: string, words: string): void;
  /** A command, as one would type it. */
  command(text: string): void;
  /**
   * Something that happens while a deployment is shown. On a terminal, where the deployment's view is redrawn in place,
   * it is held back until `release`.
   */
  aside(text: string): void;
  /** Shows what was held back. */
  release(): void;
}

/** A screen with colours where stdout is a terminal and NO_COLOR is not set, plain text elsewhere. */
export function createScreen(stdout: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Screen {
  const colours = picocolors.createColors(stdout.isTTY && !env['NO_COLOR']);
  const held: string[] = [];
  const say = (text = ''): void => void stdout.write(`${text}\n`);
  const note = (text: string): void => say(colours.magenta(`» ${text}`));
  return {
    colours,
    say,
    act: (number, title, words) => {
      const heading = `── Act ${number} · ${title} `;
      say(`\n${colours.bold(heading)}${colours.dim('─'.repeat(Math.max(3, WIDTH - heading.length)))}`);
      say(`${words}\n`);
    },
    command: (text) => say(`${colours.dim('$')} ${colours.bold(text)}`),
    aside: (text) => (stdout.isTTY ? void held.push(text) : note(text)),
    release: () => held.splice(0).forEach(note),
  };
}
