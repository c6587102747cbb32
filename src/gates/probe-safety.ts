import { type ShellCommand, shellCommands } from './shell-commands.js';

const CHANGING = new Set([
  ...['rm', 'mv', 'cp', 'ln', 'unlink', 'rmdir', 'mkdir', 'touch', 'truncate', 'shred', 'install', 'rsync'],
  ...['mkfifo', 'mknod', 'mktemp', 'pkill', 'killall', 'reboot', 'shutdown', 'halt', 'poweroff'],
]);
/** Programs that run the command among their arguments. */
const WRAPPERS = new Set([
  ...['env', 'timeout', 'nice', 'ionice', 'nohup', 'time', 'command', 'builtin', 'exec', 'xargs', 'busybox', 'toybox'],
  ...['sudo', 'doas', 'gosu', 'su-exec', 'setpriv', 'stdbuf', 'setsid', 'chroot', 'tini', 'dumb-init', 'find'],
]);
const SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh']);
const INTERPRETERS = /^(node|bun|python\d*(\.\d+)?|perl|ruby|php\d*)$/;
/** Words after which a shell expects a command. */
const RESERVED = new Set(['{', '}', '!', 'if', 'then', 'else', 'elif', 'while', 'until', 'do']);
const ASSIGNMENT = /^[A-Za-z_]\w*=/;
/** Places that swallow what is written to them, or are not files. */
const HARMLESS_TARGET = /^(\/dev\/(null|stdout|stderr|tty|fd\/\d+|(tcp|udp)\/.*)|\/proc\/(1|self)\/fd\/[12])$/;
/** Calls in inline code by which files are written, moved or removed. */
const CHANGING_CALL =
  /\b(unlink|rmdir|rename|writeFile|appendFile|truncate|rmSync|copyFile|file_put_contents)\w*\s*\(|\b(os\.(remove|rename|replace|makedirs|mkdir)|shutil\.\w+|File\.(write|delete))\b|\bopen\([^)]*,\s*['"][wax]/;

/**
 * What a healthcheck's command changes, in a few words, as far as can be read from it; undefined when it only looks.
 * A command that changes things is left to Docker: running it more often than its author meant could break what it
 * checks. A script file is taken to be harmless, and so is an HTTP request.
 */
export function whatItChanges(command: string[]): string | undefined {
  const words = withoutPrefix(command);
  const name = programOf(words[0]);
  if (name === undefined) return undefined;
  if (CHANGING.has(name)) return `runs ${name}`;
  if (SHELLS.has(name)) return byShell(words);
  if (name === 'eval') return byScript(words.slice(1).join(' '));
  if (name === 'kill') return words.includes('-0') || words.includes('-l') ? undefined : 'runs kill';
  if (name === 'tee') return byTargets(words.slice(1).filter((word) => !word.startsWith('-')));
  if (name === 'dd') return byTargets(words.filter((word) => word.startsWith('of=')).map((word) => word.slice(3)));
  if (name === 'sed' && words.some((word) => /^(-[nErsuz]*i|--in-place)/.test(word))) return 'edits a file with sed';
  if (name === 'find' && words.includes('-delete')) return 'deletes files with find';
  if (WRAPPERS.has(name)) return byWrapped(words);
  if (INTERPRETERS.test(name)) return byCode(words);
  return undefined;
}

function byShell(words: string[]): string | undefined {
  const option = words.findIndex((word, index) => index > 0 && /^-[a-z]*c$/.test(word));
  return option < 0 ? undefined : byScript(words[option + 1] ?? '');
}

function byScript(script: string): string | undefined {
  const commands = shellCommands(script);
  if (!commands) return 'cannot be read with certainty';
  return firstOf(commands, (command: ShellCommand) => byTargets(command.writesTo) ?? whatItChanges(command.words));
}

/** Which of its arguments is the command depends on the wrapper, so that any of them may be. */
function byWrapped(words: string[]): string | undefined {
  return firstOf([...words.keys()].slice(1), (index) => whatItChanges(words.slice(index)));
}

function byTargets(targets: string[]): string | undefined {
  const file = targets.find((target) => !HARMLESS_TARGET.test(target));
  return file === undefined ? undefined : `writes to a file`;
}

function byCode(words: string[]): string | undefined {
  if (words.some((word) => /^-[pnla0]*i/.test(word)) && programOf(words[0]) === 'perl') return 'edits a file with perl';
  const call = firstOf(words.slice(1), (word) => CHANGING_CALL.exec(word)?.[0]);
  return call === undefined ? undefined : `its code calls ${call.replace(/\s*\(.*$/s, '')}`;
}

/** Without assignments and without the words that only introduce a command. */
function withoutPrefix(words: string[]): string[] {
  const start = words.findIndex((word) => !ASSIGNMENT.test(word) && !RESERVED.has(word));
  return start < 0 ? [] : words.slice(start);
}

function programOf(word: string | undefined): string | undefined {
  return word?.split('/').at(-1);
}

function firstOf<T, R>(items: T[], of: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = of(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
