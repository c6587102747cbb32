import { isMildLevel } from './log-level.js';
import type { LogRule } from './log-rules/rule.js';

/** Lines of a server about a client that it refused: the server is well, and whoever needs it logs an error itself. */
const REFUSED_CLIENT = [
  // Drivers repeat the message of PostgreSQL with its two blanks: only what may be its own prefix stands before it.
  /^(?:[A-Z]{3,5} )?(?:(?:\[\d{1,8}(?:-\d{1,6})?\]:?|[\w.[\]-]{0,63}@[\w.[\]-]{0,63}|(?:user|db|app|client|host|pid)=\S{0,80}) ){0,8}FATAL: {2}(?:password authentication failed for user|no pg_hba\.conf entry for |pg_hba\.conf rejects )/,
  // nginx. What it misses itself (an upstream, room on the disk) fails every client alike.
  /^\[(?:error|crit|alert)\] (?!.{0,2000}(?:upstream|no resolver defined|No space left on device)).{0,2000}, client: /,
];

/** What the program goes on without, or what is only to be expected. */
const COPED_WITH = [
  /\bfalling back\b/i,
  /[,;:(] ?trying (?:\d|another\b|port\b|the next\b)/i,
  /\bis not set[,;:].{0,120}\bdisabled\b/i,
  /^find: .{1,400}: Permission denied$/,
  // psql, pg_dump and initdb, where su or gosu has left them in a folder of root.
  /^(?:[a-z_]{2,20}: (?:error: |warning: )?)?could not change directory to "[^"]{1,400}": Permission denied$/,
  // Tools for migrations ask for their table first, and make it when it is missing.
  /\brelation \\?"[^"\\]{0,80}_migrations\\?" does not exist/,
];

/** How grave a line of the rule is: what the rule says, and at most a warning where the line itself takes it lightly. */
export function severityOf(rule: LogRule, line: string): 'error' | 'warning' {
  if (rule.severity === 'warning' || isMildLevel(line)) return 'warning';
  return [...REFUSED_CLIENT, ...COPED_WITH].some((pattern) => pattern.test(line)) ? 'warning' : 'error';
}
