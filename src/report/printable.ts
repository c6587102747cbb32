/** Controls of terminals and of the direction of writing, but for line ends and tabs: a log may hold any of them. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The same value with all its texts fit to be shown: what would move a cursor or turn a line round is `�`. */
export function printable<T>(value: T): T {
  return map(value) as T;
}

function map(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(CONTROLS, '\ufffd');
  if (Array.isArray(value)) return value.map(map);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, map(one)]));
}
