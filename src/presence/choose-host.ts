/** A host, as far as finding a stack goes. */
export interface Candidate {
  host: string;
  alive: boolean;
  lastSeenMs?: number;
  /** `running`: a project of the name runs there, and nobody has registered it. */
  knows: 'registered' | 'running' | 'nothing';
}

/** Where a stack is, or why that cannot be told. */
export type HostChoice =
  | { kind: 'found'; candidate: Candidate }
  /** Its worker is not at work. */
  | { kind: 'down'; candidate: Candidate }
  | { kind: 'several'; hosts: string[] }
  | { kind: 'no-such-host'; known: string[] }
  /** None of these hosts knows it. */
  | { kind: 'unknown'; hosts: string[] };

/**
 * The host that was named, or the only one that knows the stack. A host that is down counts: the stack is there, and a
 * deployment must not land elsewhere because of it. Where a stack is registered, another host's unregistered project of
 * the same name does not count.
 */
export function chooseHost(candidates: Candidate[], named: string | undefined): HostChoice {
  if (named !== undefined) {
    const candidate = candidates.find(({ host }) => host === named);
    return candidate ? upOrDown(candidate) : { kind: 'no-such-host', known: candidates.map(({ host }) => host) };
  }
  const knowing = (how: Candidate['knows']): Candidate[] => candidates.filter(({ knows }) => knows === how);
  const registered = knowing('registered');
  const [only, ...others] = registered.length > 0 ? registered : knowing('running');
  if (!only) return { kind: 'unknown', hosts: candidates.map(({ host }) => host) };
  if (others.length > 0) return { kind: 'several', hosts: [only, ...others].map(({ host }) => host) };
  return upOrDown(only);
}

function upOrDown(candidate: Candidate): HostChoice {
  return candidate.alive ? { kind: 'found', candidate } : { kind: 'down', candidate };
}
