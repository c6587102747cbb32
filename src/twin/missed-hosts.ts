import type { TwinFacts } from '../spec/rehearsal.js';

const NAME = '[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?=[A-Za-z0-9]))*';

/** How programs say that a name does not resolve; the name is in the only group. */
const UNRESOLVED = [
  `\\b(?:ENOTFOUND|EAI_AGAIN) (${NAME})`,
  `could not translate host name "(${NAME})"`,
  `[Cc]ould not resolve (?:host|proxy): (${NAME})`,
  `lookup (${NAME})(?: on [^ ]+)?: (?:no such host|server misbehaving)`,
  `host not found in upstream "(${NAME})`,
  `bad address '(${NAME})'`,
  `unable to resolve host (?:address )?[‘'"]?(${NAME})`,
  `UnknownHostException: (${NAME})`,
  `[Ff]ailed to resolve '(${NAME})'`,
  `host='(${NAME})', port=\\d+\\)`,
].map((pattern) => new RegExp(pattern));

/** The same without saying which name. */
const UNNAMED =
  /Name or service not known|Temporary failure in name resolution|nodename nor servname provided|\bgetaddrinfo\b|\b(?:ENOTFOUND|EAI_AGAIN|ETIMEDOUT)\b/i;
/** The same where the cause, if it is told, follows in another line. */
const UNEXPLAINED = /\bfetch failed\b/i;
const REFUSED = /connection refused|\bECONNREFUSED\b|connection reset|\bECONNRESET\b/i;
/** A network of the twin leads nowhere else. */
const UNREACHABLE = /Network is unreachable|No route to host|\bENETUNREACH\b|\bEHOSTUNREACH\b/i;

const SOMETHING = 'what it tried to reach';

/**
 * What a service tried to reach, going by the last lines it wrote, that a twin does not have: names of the world and of
 * services outside the twin. A name that answers on the twin, and a single word that nothing in the stack is called, is
 * nothing that a twin lacks: the stack would not have it either.
 */
export function missedHosts(lines: string[], { elsewhere, answering }: TwinFacts): string[] {
  const named = lines.flatMap((line) => unresolvedIn(line) ?? []);
  const missed = named.filter((name) => isElsewhere(name, elsewhere, answering));
  if (missed.length > 0) return [...new Set(missed)];

  const unnamed = lines.filter((line) => unresolvedIn(line) === undefined && !tells(line, answering));
  const isExplained = named.length > 0 || lines.some((line) => REFUSED.test(line));
  const isMissed = (line: string): boolean =>
    UNREACHABLE.test(line) || (UNNAMED.test(line) && named.length === 0) || (UNEXPLAINED.test(line) && !isExplained);
  return unnamed.some(isMissed) ? [SOMETHING] : [];
}

function unresolvedIn(line: string): string | undefined {
  return UNRESOLVED.map((pattern) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
}

function isElsewhere(name: string, elsewhere: string[], answering: string[]): boolean {
  if (answering.includes(name) || name === 'localhost') return false;
  return elsewhere.includes(name) || name.includes('.');
}

/** Whether a line names something that answers on the twin: then it is that one that was not reached. */
function tells(line: string, answering: string[]): boolean {
  return answering.some((name) => line.split(/[^A-Za-z0-9_.-]+/).includes(name));
}
