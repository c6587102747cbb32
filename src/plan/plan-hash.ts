import { createHash } from 'node:crypto';
import type { Plan } from './plan.js';
import { compareText } from './words.js';

/** sha256 in hex over a plan without its hash, written with sorted keys: equal plans have equal hashes. */
export function planHash(plan: Omit<Plan, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(plan)).digest('hex');
}

/** JSON whose objects have their keys in order, at every depth. What is undefined is left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, nested: unknown) =>
    typeof nested === 'object' && nested !== null && !Array.isArray(nested)
      ? Object.fromEntries(Object.entries(nested).sort(([a], [b]) => compareText(a, b)))
      : nested,
  );
}
