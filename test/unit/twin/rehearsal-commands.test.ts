import { describe, expect, it } from '@jest/globals';
import { rehearsalCommands } from '../../../src/twin/rehearsal-commands.js';
import { notRehearsed, refusedTwin } from '../../../src/twin/rehearsal-findings.js';

describe('rehearsalCommands', () => {
  it('are those of rehearsed services, as a shell is to read them, and never hold a secret', () => {
    const written = { api: ['echo $$HOME', 'psql postgres://a:hunter2@db'], web: ['true'] };
    const redact = (text: string) => text.replace('hunter2', '***');
    const { commands, findings } = rehearsalCommands(written, ['api'], redact);
    expect(commands).toEqual({ api: ['echo $HOME'] });
    expect(findings).toMatchObject([{ rule: 'secret-in-command', service: 'api', severity: 'warning' }]);
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });
});

describe('what is not rehearsed', () => {
  const outside = [
    { service: 'agent', why: 'is privileged' },
    { service: 'needed', why: 'uses a device' },
  ];

  it('is a warning where it changes, and an error where a rehearsal is required', () => {
    expect(notRehearsed(outside, ['agent'], 'auto')).toEqual([
      {
        rule: 'not-rehearsed',
        severity: 'warning',
        message: 'agent is not rehearsed: it is privileged',
        service: 'agent',
      },
    ]);
    expect(notRehearsed(outside, ['agent'], 'required')).toMatchObject([{ severity: 'error' }]);
    expect(refusedTwin([], 'required')).toEqual([]);
    expect(refusedTwin(['x'], 'required')).toMatchObject([{ rule: 'twin-refused', severity: 'error' }]);
  });
});
