import { sameText } from './clean-line.js';
import type { FoundInLog } from './scan-log.js';

/** Findings that say the same, by one of them. */
export interface TalliedFinding extends FoundInLog {
  /** How often. */
  count: number;
  /** The version before logged it too. */
  known: boolean;
}

/** Different texts that are kept of one rule; further ones are counted with the last. */
const MOST_OF_A_RULE = 20;
const MOST_EXCERPT_CHARACTERS = 16_384;

/** Counts findings that say the same together, in memory that does not grow with the log. */
export class LogTally {
  private readonly byKey = new Map<string, TalliedFinding>();
  private readonly ofRule = new Map<string, { kept: number; last: TalliedFinding }>();

  /** `known`: keys of what is no news. */
  constructor(
    private readonly redact: (text: string) => string,
    private readonly known: ReadonlySet<string> = new Set(),
  ) {}

  add(found: FoundInLog): void {
    const key = keyOf(found, this.redact);
    const same = this.byKey.get(key);
    if (same) {
      same.count++;
      return;
    }
    const known = this.known.has(key);
    const slot = `${known} ${found.severity} ${found.rule.id}`;
    const before = this.ofRule.get(slot);
    if (before && before.kept >= MOST_OF_A_RULE) {
      before.last.count++;
      return;
    }
    const tallied = { ...found, excerpt: bounded(found.excerpt), count: 1, known };
    this.byKey.set(key, tallied);
    this.ofRule.set(slot, { kept: (before?.kept ?? 0) + 1, last: tallied });
  }

  /** In the order in which they were first said. */
  findings(): TalliedFinding[] {
    return [...this.byKey.values()];
  }
}

/** What a finding and another that says the same have in common. Secrets are taken out first: it goes to disk. */
export function keyOf(
  { rule, severity, text }: Pick<FoundInLog, 'rule' | 'severity' | 'text'>,
  redact: (text: string) => string,
): string {
  // `"level":30` and `"level":50` are the same text, and not equally grave.
  const lessened = severity === rule.severity ? '' : ` ${severity}`;
  return `${rule.id}${lessened} ${sameText(redact(text))}`;
}

/** The last lines count: they name the exception. */
function bounded(excerpt: string[]): string[] {
  let room = MOST_EXCERPT_CHARACTERS;
  const fitting = excerpt.findLastIndex((line) => (room -= line.length + 1) < 0);
  return excerpt.slice(Math.min(fitting + 1, excerpt.length - 1));
}
