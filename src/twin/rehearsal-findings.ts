import type { Finding } from '../spec/finding.js';
import type { Outside, RehearsalMode } from '../spec/rehearsal.js';

/** Changed services that are not rehearsed: a warning, or an error where the operator wants none to be deployed so. */
export function notRehearsed(outside: Outside[], changed: string[], mode: RehearsalMode): Finding[] {
  return outside
    .filter(({ service }) => changed.includes(service))
    .map(({ service, why }) => ({
      rule: 'not-rehearsed',
      severity: mode === 'required' ? 'error' : 'warning',
      message: `${service} is not rehearsed: it ${why}`,
      ...(mode === 'required' ? { remedy: 'set rehearse.mode to auto to deploy it without a rehearsal' } : {}),
      service,
    }));
}

/** A twin that would reach past itself is not started. */
export function refusedTwin(reasons: string[], mode: RehearsalMode): Finding[] {
  if (reasons.length === 0) return [];
  return [
    {
      rule: 'twin-refused',
      severity: mode === 'required' ? 'error' : 'warning',
      message: `the twin would reach past itself, so the release is not rehearsed: ${reasons.join('; ')}`,
    },
  ];
}
