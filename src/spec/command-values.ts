import { assignedSecrets, isSecretKey } from './redact.js';
import { urlPasswords } from './url-passwords.js';

type NamedValue = [key: string, value: string];

/**
 * The secrets that a command holds, each with a name that says so: `--token X`, `PGPASSWORD=X`, `redis-cli -a X`,
 * `mysql -pX`, `curl -u name:X`, `Authorization: Bearer X`, passwords of URLs. The command is an argument list, a line for
 * a shell, or a list that holds such a line; what follows is looked at in each reading. It goes by form, so a secret that
 * a program takes in a way of its own is not seen.
 */
export function commandValues(command: readonly string[]): NamedValue[] {
  const found = [...handedOver(command.filter((_, at) => !isLine(command, at))), ...command.flatMap(lineValues)];
  return found.filter(([, value], at) => found.findIndex((other) => other[1] === value) === at);
}

/** Whether an argument is a line for a shell as a whole: what follows `CMD-SHELL` or `-c`, or all that there is. */
function isLine(command: readonly string[], at: number): boolean {
  return command.length === 1 || /^(?:CMD-SHELL|-\w*c)$/.test(command[at - 1] ?? '');
}

/** Those of a line for a shell, and of the lines that are quoted in it. */
function lineValues(line: string): NamedValue[] {
  const words = wordsOf(line);
  const quoted = words.filter((word) => word !== line && /\s/.test(word));
  return [
    ...handedOver(words),
    ...[...urlPasswords(line), ...assignedSecrets(line), ...redisPasswords(line)].map(asPassword),
    ...quoted.flatMap(lineValues),
  ];
}

/** `AUTH password` and `AUTH user password`, which a line says to Redis through `nc` and the like. */
function redisPasswords(line: string): string[] {
  if (!/\b(?:nc|ncat|netcat|socat|telnet|redis|valkey|keydb)\b|\/dev\/tcp\//.test(line)) return [];
  const said = line.matchAll(/\bAUTH[ \t]+([^\s"'\\;&|)]+)(?:[ \t]+([^\s"'\\;&|)]+))?/g);
  return [...said].map(([, only, afterName]) => afterName ?? only!);
}

function asPassword(value: string): NamedValue {
  return ['password', value];
}

/** Flags by which programs take a password under a name that does not say so; in a group, where it is part of the word. */
const PASSWORD_FLAGS: { program: RegExp; flag: RegExp; follows: boolean; afterName?: boolean }[] = [
  { program: /^(?:redis|valkey|keydb)-cli$/, flag: /^-a$/, follows: true },
  // `-p` alone asks on the terminal.
  { program: /^(?:mysql|mariadb)[\w-]*$/, flag: /^-p(.+)$/, follows: false },
  { program: /^(?:mongo\w*|cypher-shell|cqlsh|sshpass|rabbitmqadmin)$/, flag: /^-p(.*)$/, follows: true },
  { program: /^(?:sqlcmd|mosquitto_\w+)$/, flag: /^-P(.*)$/, follows: true },
  { program: /^ldap\w+$/, flag: /^-w(.*)$/, follows: true },
  // Among flags without a value, as in `-fsu name:password`.
  { program: /^curl$/, flag: /^-[fsSkLvgiIjnNqR046#]*[uU](.*)$/, follows: true, afterName: true },
  { program: /^(?:https?|xhs?)$/, flag: /^(?:-a|--auth(?:=|$))(.*)$/, follows: true, afterName: true },
  { program: /^(?:curl|etcdctl)$/, flag: /^--(?:proxy-)?user(?:=(.*))?$/, follows: true, afterName: true },
];

/** What the words of a command say by flags, assignments and headers. */
function handedOver(words: readonly string[]): NamedValue[] {
  let program = '';
  return words.flatMap((word, at): NamedValue[] => {
    const next = words[at + 1];
    const called = /[\w.-]+$/.exec(word)?.[0] ?? '';
    if (PASSWORD_FLAGS.some((one) => one.program.test(called))) program = called;
    // Another command begins.
    else if (/[;|&]$/.test(words[at - 1] ?? '')) program = '';
    return [...bySecretName(word, next), ...byProgram(program, word, next), ...byHeader(word)];
  });
}

function bySecretName(word: string, next: string | undefined): NamedValue[] {
  const [, name = word, assigned] = /^([\w.-]+)=(.+)$/s.exec(word) ?? [];
  if (name.startsWith('-')) {
    const value = assigned ?? next;
    return value !== undefined && isSecretFlag(name) ? formsOf(isSecretKey(name) ? name : 'password', value) : [];
  }
  return assigned !== undefined && isSecretKey(name) ? formsOf(name, assigned) : [];
}

const SECRET_FLAG = new RegExp(
  String.raw`(?:^|[-_.])(?:\w*password|\w*passwd|passphrase|(?:require|master|db|root|admin|user)?pass|pwd|pw|secret|token|` +
    String.raw`credentials?|masterauth|(?:api|access|account|auth|encryption|license|master|private|secret|signing)[-_.]?key)$`,
  'i',
);

/** Whether a flag ends in a word for a secret: `--db-password`, `--apiKey`. Most flags that only mention one take a plain word. */
function isSecretFlag(flag: string): boolean {
  return SECRET_FLAG.test(flag.replace(/([a-z0-9])([A-Z])/g, '$1-$2'));
}

function byProgram(program: string, word: string, next: string | undefined): NamedValue[] {
  const flags = PASSWORD_FLAGS.filter((one) => one.program.test(program));
  return flags.flatMap(({ flag, follows, afterName }): NamedValue[] => {
    const match = flag.exec(word);
    const value = match && (match[1] || (follows ? next : undefined));
    if (!value) return [];
    if (!afterName) return formsOf('password', value);
    return value.includes(':') ? formsOf('password', value.slice(value.indexOf(':') + 1)) : [];
  });
}

/** `X-Api-Key: X`, `--header=Authorization: Bearer X` */
function byHeader(word: string): NamedValue[] {
  const [, name, value] = /^(?:--header=)?([\w-]+):\s+(\S.*)$/.exec(word) ?? [];
  if (name === undefined || value === undefined || !isSecretKey(name)) return [];
  return [...new Set([value, value.split(/\s+/).at(-1)!])].map((form) => [name, form]);
}

/** In a shell the command may go on right behind it: `--token X;`. */
function formsOf(name: string, value: string): NamedValue[] {
  return [...new Set([value, value.replace(/[;|&)}].*$/s, '')])].map((form) => [name, form]);
}

const WORD = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*'|["'\\])+/gs;
const QUOTED = /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs;

/** The words of a line as a shell would part them, without their quotes. */
function wordsOf(line: string): string[] {
  return (line.match(WORD) ?? []).map((word) =>
    word.replace(QUOTED, (_whole, double?: string, single?: string, escaped?: string) =>
      double !== undefined ? double.replace(/\\(["\\$`])/g, '$1') : (single ?? escaped ?? ''),
    ),
  );
}
