/** A simple command of a shell script: its words without quotes, and where its output goes. */
export interface ShellCommand {
  words: string[];
  /** Targets of redirections that can write to a file; duplicated descriptors (`2>&1`) are not among them. */
  writesTo: string[];
}

/**
 * Every simple command of a POSIX shell script, those in command substitutions and subshells included, in the order in
 * which they end. It reads just enough of the language to tell words, quotes and redirections apart. Undefined where
 * it cannot: an open quote, a here-document.
 */
export function shellCommands(script: string): ShellCommand[] | undefined {
  const reader = new ShellReader(script);
  try {
    reader.readList(undefined);
    return reader.commands;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Unreadable extends Error {}

class ShellReader {
  readonly commands: ShellCommand[] = [];
  private at = 0;

  constructor(private readonly script: string) {}

  /** Reads commands up to `end`, or to the end of the script. */
  readList(end: ')' | undefined): void {
    let line = new Line();
    const finish = (): void => {
      line.endWord();
      if (line.words.length > 0 || line.writesTo.length > 0) this.commands.push(line);
      line = new Line();
    };
    while (this.at < this.script.length) {
      const char = this.script[this.at++]!;
      if (char === end) return finish();
      if (char === ' ' || char === '\t') line.endWord();
      else if (char === '#' && line.word === undefined) this.skipTo('\n');
      else if (char === '>' || (char === '&' && this.peek() === '>')) this.readOutput(line, char);
      else if (char === '<') this.readInput(line);
      else if (';&|()\n'.includes(char)) finish();
      else this.readPiece(line, char);
    }
    if (end) throw new Unreadable();
    finish();
  }

  /** One piece of a word: a character, something quoted, or a substitution. */
  private readPiece(line: Line, char: string): void {
    if (char === "'") line.add(this.textTo("'"));
    else if (char === '"') this.readQuoted(line, '"');
    else if (char === '`') this.readBackticks(line);
    else if (char === '$') this.readDollar(line);
    else if (char === '\\') this.readEscape(line);
    else line.add(char);
  }

  /** Up to `end`: text in which only substitutions and escapes mean something. */
  private readQuoted(line: Line, end: '"' | '}'): void {
    line.add('');
    for (;;) {
      const char = this.script[this.at++];
      if (char === undefined) throw new Unreadable();
      if (char === end) return;
      if (char === '$') this.readDollar(line);
      else if (char === '`') this.readBackticks(line);
      else if (char === '\\') this.readEscape(line);
      else line.add(char);
    }
  }

  private readDollar(line: Line): void {
    if (this.script.startsWith('((', this.at)) {
      line.add(this.textTo('))'));
    } else if (this.peek() === '(') {
      this.at++;
      this.readList(')');
      line.add('$()');
    } else if (this.peek() === '{') {
      this.at++;
      line.add('${');
      this.readQuoted(line, '}');
    } else {
      line.add('$');
    }
  }

  private readBackticks(line: Line): void {
    const inner = shellCommands(this.textTo('`'));
    if (!inner) throw new Unreadable();
    this.commands.push(...inner);
    line.add('$()');
  }

  /** A backslash before a line's end joins the lines. */
  private readEscape(line: Line): void {
    const char = this.script[this.at++] ?? '';
    if (char !== '\n') line.add(char);
  }

  /** `>`, `>>`, `>|`, `&>`, `>&`, and process substitution `>(…)`. */
  private readOutput(line: Line, char: string): void {
    line.endWordBeforeRedirection();
    if (char === '&') this.at++;
    if (this.peek() === '>' || this.peek() === '|') this.at++;
    if (this.peek() === '(') return;
    const duplicates = this.peek() === '&';
    if (duplicates) this.at++;
    line.expectTarget(duplicates ? 'descriptor' : 'file');
  }

  /** `<`, `<&`, `<>`, and process substitution `<(…)`; here-documents are beyond us. */
  private readInput(line: Line): void {
    line.endWordBeforeRedirection();
    if (this.peek() === '<') throw new Unreadable();
    if (this.peek() === '(') return;
    if (this.peek() === '>') {
      this.at++;
      return line.expectTarget('file');
    }
    if (this.peek() === '&') this.at++;
    line.expectTarget('input');
  }

  private textTo(end: string): string {
    const to = this.script.indexOf(end, this.at);
    if (to < 0) throw new Unreadable();
    const text = this.script.slice(this.at, to);
    this.at = to + end.length;
    return text;
  }

  private skipTo(end: string): void {
    const to = this.script.indexOf(end, this.at);
    this.at = to < 0 ? this.script.length : to;
  }

  private peek(): string | undefined {
    return this.script[this.at];
  }
}

/** A simple command while it is read. */
class Line implements ShellCommand {
  readonly words: string[] = [];
  readonly writesTo: string[] = [];
  word: string | undefined;
  private target: 'file' | 'descriptor' | 'input' | undefined;

  add(text: string): void {
    this.word = (this.word ?? '') + text;
  }

  /** The next word is where a redirection leads, not a word of the command. */
  expectTarget(target: 'file' | 'descriptor' | 'input'): void {
    this.target = target;
  }

  endWord(): void {
    if (this.word === undefined) return;
    if (this.target === undefined) this.words.push(this.word);
    else if (this.target === 'file' || (this.target === 'descriptor' && !/^(\d+|-)$/.test(this.word))) {
      this.writesTo.push(this.word);
    }
    this.word = undefined;
    this.target = undefined;
  }

  /** A number right before `>` or `<` names the descriptor. */
  endWordBeforeRedirection(): void {
    if (this.word !== undefined && /^\d+$/.test(this.word)) this.word = undefined;
    this.endWord();
  }
}
