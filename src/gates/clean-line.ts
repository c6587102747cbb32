/** Colours, cursor movements and titles that programs write for a terminal. */
// eslint-disable-next-line no-control-regex -- it is control characters that are looked for
const TERMINAL_CODES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;

/** `2026-01-05T10:11:12.131Z `, `[2026-01-05 10:11:12 +0000] `, `2026/01/05 10:11:12 `, `10:11:12 `. */
const TIMESTAMP =
  /^\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?:? /;

const DIGIT_0 = 48;
const DIGIT_9 = 57;
const BRACKET = 91;

/** A line without colours, and without the time that stands before it. */
export function cleanLine(raw: string): string {
  const line = raw.includes('\x1b') ? raw.replace(TERMINAL_CODES, '') : raw;
  const first = line.charCodeAt(0);
  const mayBeTime = (first >= DIGIT_0 && first <= DIGIT_9) || first === BRACKET;
  return mayBeTime ? line.replace(TIMESTAMP, '') : line;
}

/** What `docker compose logs` writes before each line: `api-1  | `. */
const COMPOSE_PREFIX = /^([a-z0-9][\w.-]{0,100})-\d{1,4}\s+\| ?/;

/** The service that Compose says a line is of, and the line without that; undefined where it says none. */
export function withoutComposePrefix(raw: string): { service: string; line: string } | undefined {
  const line = raw.includes('\x1b') ? raw.replace(TERMINAL_CODES, '') : raw;
  const [prefix, service] = COMPOSE_PREFIX.exec(line) ?? [];
  return prefix === undefined ? undefined : { service: service!, line: line.slice(prefix.length) };
}

const NAMES_OF_TIME = /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/g;
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const IPV6 = /(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])/gi;
const HEX = /\b(?:0x[0-9a-f]{1,64}|(?=[a-f]{0,63}\d)[0-9a-f]{6,64})\b/gi;
const LONGEST = 400;

/**
 * What two lines that say the same have in common: what changes from run to run (times, addresses, ids, numbers) is
 * replaced. Of a long line, its beginning.
 */
export function sameText(line: string): string {
  return line
    .slice(0, LONGEST)
    .replace(UUID, '#')
    .replace(NAMES_OF_TIME, '#')
    .replace(HEX, '#')
    .replace(IPV6, '#')
    .replace(/\d+/g, '#')
    .replace(/#(?:[.:,/-]#)+/g, '#')
    .replace(/\s+/g, ' ')
    .trim();
}
