import { describe, expect, it } from '@jest/globals';
import type { EngineConnection, EngineReply, EngineRequest } from '../../../src/docker/dockerode-connection.js';
import { logs } from '../../../src/docker/dockerode-logs.js';
import type { ContainerInspect } from '../../../src/docker/engine.js';

const STARTED_AT_S = Date.parse('2026-11-21T05:26:59Z') / 1000;

/** What is read of a container that has ended, whose log has these lines, by how many seconds before its noted start. */
async function lastLinesOf(
  log: { text: string; secondsBefore: number }[],
  { RestartCount = 0, Created = '2026-11-21T04:00:00Z' } = {},
): Promise<string[]> {
  const read = async <T>({ query }: EngineRequest, consume: (reply: EngineReply) => Promise<T>): Promise<T> => {
    const since = Number(query!['since']);
    const lines = log.filter(({ secondsBefore }) => STARTED_AT_S - secondsBefore >= since);
    const bytes = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
    return consume(
      (async function* () {
        yield bytes;
      })() as unknown as EngineReply,
    );
  };
  const container = {
    Created,
    State: { StartedAt: '2026-11-21T05:26:59Z', FinishedAt: '2026-11-21T05:27:00Z', Running: false },
    Config: { Tty: true },
    RestartCount,
  } as unknown as ContainerInspect;
  const { lastLines } = logs({ read } as unknown as EngineConnection, { inspect: async () => container });
  return lastLines('a', 10);
}

describe('the last lines of a container that has ended', () => {
  const OLD = { text: 'of an earlier run', secondsBefore: 3600 };

  it('are those of its last run', async () => {
    expect(await lastLinesOf([OLD, { text: 'it fails', secondsBefore: 0 }])).toEqual(['it fails']);
  });

  it('are all where it was made for this run, whose start a busy machine noted late', async () => {
    const log = [
      { text: 'it begins', secondsBefore: 2 },
      { text: 'it fails', secondsBefore: 0 },
    ];
    expect(await lastLinesOf(log, { Created: '2026-11-21T05:26:50Z' })).toEqual(['it begins', 'it fails']);
  });

  it('are none where it wrote none, whatever an earlier run has written', async () => {
    expect(await lastLinesOf([OLD])).toEqual([]);
  });

  it('are those of an earlier run of its crash loop, while the newest has written none', async () => {
    expect(await lastLinesOf([OLD], { RestartCount: 3 })).toEqual(['of an earlier run']);
  });
});
