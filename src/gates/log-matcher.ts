import { LiteralSearch } from './literal-search.js';
import { isMention } from './log-mentions.js';
import { literalsOf } from './log-rules/literals.js';
import type { LogRule } from './log-rules/rule.js';

/** Tells which rule a line is of. Lines without any plain text of a pattern, nearly all, cost one look at each character. */
export class LogMatcher {
  private readonly search: LiteralSearch;
  /** The rule, by its place in `rules`, that each literal belongs to. */
  private readonly ruleOf: number[] = [];

  constructor(private readonly rules: readonly LogRule[]) {
    const literals = rules.map(({ pattern }) => literalsOf(pattern));
    literals.forEach((ofRule, index) => this.ruleOf.push(...ofRule.map(() => index)));
    this.search = new LiteralSearch(literals.flat());
  }

  /** The first rule, in their order, that a clean line reports a failure of; undefined for all else. */
  match(line: string): LogRule | undefined {
    const found = this.search.find(line);
    if (found.length === 0) return undefined;
    const candidates = [...new Set(found.map((literal) => this.ruleOf[literal]!))].sort((a, b) => a - b);
    for (const candidate of candidates) {
      const rule = this.rules[candidate]!;
      const at = line.search(rule.pattern);
      if (at >= 0 && !isMention(line, at)) return rule;
    }
    return undefined;
  }
}
