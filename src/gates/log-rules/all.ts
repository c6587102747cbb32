import { DISK_RULES } from './disk.js';
import { MEMORY_RULES } from './memory.js';
import { NETWORK_RULES } from './network.js';
import { NODE_RULES } from './node.js';
import { POSTGRES_RULES } from './postgres.js';
import { PYTHON_RULES } from './python.js';
import type { LogRule } from './rule.js';
import { SSL_RULES } from './ssl.js';

/** Every rule, in the order of precedence. */
export const LOG_RULES: readonly LogRule[] = [
  ...SSL_RULES,
  ...PYTHON_RULES,
  ...NODE_RULES,
  ...POSTGRES_RULES,
  ...NETWORK_RULES,
  ...MEMORY_RULES,
  ...DISK_RULES,
];

/** The rules that these families (`ssl`) and ids (`python/module-not-found`) name. */
export function rulesNamed(names: readonly string[]): LogRule[] {
  const wanted = new Set(names);
  return LOG_RULES.filter(({ id, family }) => wanted.has(family) || wanted.has(id));
}

/** Those of the names that are no family and no rule. */
export function unknownRules(names: readonly string[]): string[] {
  return names.filter((name) => !LOG_RULES.some(({ id, family }) => id === name || family === name));
}
