import { describe, expect, it } from '@jest/globals';
import type { ContainerInspect } from '../../../src/docker/engine.js';
import { redactedInspect } from '../../../src/docker/redacted-inspect.js';

const inspect = {
  Id: '1',
  Config: {
    Env: ['DB_PASSWORD=hunter22hunter', 'PLAIN=debug', 'EMPTY', 'URL=postgres://u:p4ssw0rdp4ss@db/x'],
    Cmd: ['serve', '--with', 'hunter22hunter'],
    Labels: { 'app.token': 'label-secret-1', 'app.tier': 'web' },
  },
  State: { Health: { Log: [{ Output: 'tried p4ssw0rdp4ss and frozen-secret' }] } },
  HostConfig: { Memory: 5 },
} as unknown as ContainerInspect;

describe('an inspect for people', () => {
  const clean = redactedInspect(inspect, (text) => text.replaceAll('frozen-secret', '[redacted]'));

  it('keeps the names of the environment and no value', () => {
    expect(clean.Config.Env).toEqual([
      'DB_PASSWORD=[redacted]',
      'PLAIN=[redacted]',
      'EMPTY=[redacted]',
      'URL=[redacted]',
    ]);
  });

  it('has no secret anywhere else: commands, labels, outputs of probes', () => {
    expect(JSON.stringify(clean)).not.toMatch(/hunter22|p4ssw0rd|label-secret|frozen-secret/);
  });

  it('keeps everything else', () => {
    expect(clean).toMatchObject({ Id: '1', HostConfig: { Memory: 5 }, Config: { Labels: { 'app.tier': 'web' } } });
    expect(clean.Config.Cmd).toEqual(['serve', '--with', '[redacted]']);
  });
});
