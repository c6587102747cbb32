const MILD = /^(?:trace|debug|info|information|note|notice|warn|warning|[1-4]0)$/i;
const LEVEL = /^(?:trace|debug|info|note|notice|warn|warning|error|err|fatal|critical|crit|alert|emerg|severe|panic)$/i;

/** `"level":"info"`, `"severity":"WARNING"`, `"level":30`; `level=info`. */
const NAMED_LEVEL =
  /"(?:level|levelname|log\.level|severity)"\s{0,4}:\s{0,4}"?(\w{1,20})|(?:^|\s)(?:level|lvl|severity)="?(\w{1,20})/i;

/** A word that stands for itself, with what encloses it and what may be glued to it: `[warn]`, `INFO:app.db:`, `INFO/Main]`. */
const WORD = /^([[(<|]{0,2})([A-Za-z]{2,11})([\])>|:,/]|$)/;

/** Words that may stand before a level: a time, a process, the name of a logger. */
const WORDS_BEFORE = 7;
const BEGINNING_CHARACTERS = 240;

/** Whether a line names a level, and that level is a warning or less. A line without a level is not mild. */
export function isMildLevel(line: string): boolean {
  const named = NAMED_LEVEL.exec(line);
  const level = named ? (named[1] ?? named[2]) : levelWord(line);
  return level !== undefined && MILD.test(level);
}

/** The level that a line begins with. */
function levelWord(line: string): string | undefined {
  const words = line
    .slice(0, BEGINNING_CHARACTERS)
    .trim()
    .split(/\s+/, WORDS_BEFORE + 1);
  let prose = 0;
  for (const [at, word] of words.entries()) {
    const [, opening = '', name = '', closing = ''] = WORD.exec(word) ?? [];
    const isMarked = opening !== '' || closing === ':' || (at === 1 && words[0] === 'npm');
    if (LEVEL.test(name) && (isMarked || name === name.toUpperCase())) return name;
    // From here on it is a message, whose words are no level.
    if (/error|exception/i.test(word)) return undefined;
    if (/^[a-z]+$/.test(word) && ++prose > 1) return undefined;
  }
  return undefined;
}
