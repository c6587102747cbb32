/** A simple command of a shell script: its words without quotes, and where its output goes. */
export interface ShellCommand {
  words: string[];
  /** Targets of redirections that can write to a file; duplicated descriptors (`2>&1`) are not among them. */
  writesTo: string[];
}

/**
 * Every simple command of a POSIX shell script, those in command substitutions and subshells included, in the order in
 * which they end. It reads just enough of the language to tell words, quotes and redirections apart. Undefined where
 * it cannot: an open quote, a here-document, `case`, and what shells themselves tell apart only by trying.
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
      // The patterns of a `case` end in a bracket that opens nowhere.
      if (line.words.includes('case')) throw new Unreadable();
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
      else if (char === '(') {
        finish();
        this.readList(')');
      } else if (';&|)\n'.includes(char)) finish();
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
    // Within `$'…'` a backslash does not end the quote, and within double quotes it is none.
    if (this.peek() === "'") throw new Unreadable();
    if (this.script.startsWith('((', this.at)) {
      line.add(this.arithmetic());
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

  /** `$((` also begins a substitution whose first command is a subshell, and arithmetic may hold substitutions. */
  private arithmetic(): string {
    const text = this.textTo('))').slice(2);
    if (/[;\n'"`\\{]|\$\(/.test(text) || !isBalanced(text)) throw new Unreadable();
    return text;
  }

  private readBackticks(line: Line): void {
    const text = this.textTo('`');
    // Backticks within backticks are escaped.
    const inner = text.includes('\\') ? undefined : shellCommands(text);
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
    if (this.peek() === '(') return this.readProcess(line);
    const duplicates = this.peek() === '&';
    if (duplicates) this.at++;
    line.expectTarget(duplicates ? 'descriptor' : 'file');
  }

  /** `<`, `<&`, `<>`, and process substitution `<(…)`; here-documents are beyond us. */
  private readInput(line: Line): void {
    line.endWordBeforeRedirection();
    if (this.peek() === '<') throw new Unreadable();
    if (this.peek() === '(') return this.readProcess(line);
    if (this.peek() === '>') {
      this.at++;
      return line.expectTarget('file');
    }
    if (this.peek() === '&') this.at++;
    line.expectTarget('input');
  }

  /** What it stands for is a word: the name of a pipe. */
  private readProcess(line: Line): void {
    this.at++;
    this.readList(')');
    line.add('/dev/fd/63');
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

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth += 1;
    else if (char === ')' && --depth < 0) return false;
  }
  return depth === 0;
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
