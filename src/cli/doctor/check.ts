/** One thing that `doctor` looked at. */
export interface Check {
  name: string;
  state: 'ok' | 'warn' | 'fail';
  /** What it found: a version, a path, or what is wrong. */
  found: string;
  /** What to do about it; on everything but `ok`. */
  remedy?: string;
}

export function ok(name: string, found: string): Check {
  return { name, state: 'ok', found };
}

export function warn(name: string, found: string, remedy: string): Check {
  return { name, state: 'warn', found, remedy };
}

export function fail(name: string, found: string, remedy: string): Check {
  return { name, state: 'fail', found, remedy };
}
