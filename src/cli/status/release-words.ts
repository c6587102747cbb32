import type { ServingRelease } from '../../spec/presence.js';

/** Whether a release has proved itself, and why not: `unverified: its containers were replaced`. */
export function verifiedText({ verified, reason }: Pick<ServingRelease, 'verified' | 'reason'>): string {
  switch (verified) {
    case 'verified':
      return 'verified';
    case 'on-probation':
      return `on probation ${reason}`;
    case 'sick':
      return `unverified: sick: ${reason}`;
    case 'unknown':
      return `unverified: ${reason}`;
  }
}
