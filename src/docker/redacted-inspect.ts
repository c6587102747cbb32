import { isSecretKey, redactor, secretValuesOf } from '../spec/redact.js';
import type { ContainerInspect } from './engine.js';

const REDACTED = '[redacted]';

/**
 * `docker inspect` for people: of its environment only the names are left, and every text in it is free of their values, of
 * what `redact` knows, and of whatever looks like a credential.
 */
export function redactedInspect(inspect: ContainerInspect, redact: (text: string) => string): ContainerInspect {
  const own = redactor(secretValuesOf((inspect.Config.Env ?? []).map(pairOf)));
  const clean = cleaned(inspect, (text) => redact(own(text))) as ContainerInspect;
  const env = (inspect.Config.Env ?? []).map((line) => `${pairOf(line)[0]}=${REDACTED}`);
  const labels = Object.entries(clean.Config.Labels ?? {}).map(([key, value]) => [
    key,
    isSecretKey(key) ? REDACTED : value,
  ]);
  return {
    ...clean,
    Config: { ...clean.Config, Env: env, Labels: Object.fromEntries(labels) as Record<string, string> },
  };
}

function pairOf(line: string): [name: string, value: string] {
  const at = line.indexOf('=');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}

/** The same value with every text in it cleaned, however deep. */
function cleaned(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((item) => cleaned(item, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cleaned(item, clean)]));
}
