/** What is to be said of a container, or a service, at one moment. */
export interface Judgement {
  verdict: 'pass' | 'fail' | 'inconclusive' | 'pending';
  reason: string;
  /** Of a service: the id of the container that decided it. */
  containerId?: string;
  /** It had a restart, or a bad spell, on its way. */
  flapping?: boolean;
  /** It is there, but sick. A service that was sick before is not worse for it. */
  sick?: boolean;
  /** Time ran out on it. */
  outOfTime?: boolean;
  /** On `pending`: what it comes to should time run out; absent where it has failed then. */
  atLast?: AtLast;
}

/** `inconclusive`: nothing was learned. `pass`: all that can be known speaks for it. */
export type AtLast = 'inconclusive' | 'pass';

export function pass(reason: string, flapping = false): Judgement {
  return { verdict: 'pass', reason, ...(flapping ? { flapping } : {}) };
}

/** It has ended or is not there. */
export function fail(reason: string): Judgement {
  return { verdict: 'fail', reason };
}

/** It is there, but sick: unhealthy, in a crash loop, not up in time. */
export function sick(reason: string): Judgement {
  return { verdict: 'fail', reason, sick: true };
}

export function inconclusive(reason: string, isSick = false): Judgement {
  return { verdict: 'inconclusive', reason, ...(isSick ? { sick: true } : {}) };
}

export function pending(reason: string, atLast?: AtLast, isSick = false): Judgement {
  return { verdict: 'pending', reason, ...(atLast ? { atLast } : {}), ...(isSick ? { sick: true } : {}) };
}
