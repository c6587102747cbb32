import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { EngineConnection } from '../../../src/docker/dockerode-connection.js';
import { looks } from '../../../src/docker/dockerode-observe.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it('is asked for once in ten seconds, and another engine is seen then', async () => {
  let ID = 'first';
  const asked: string[] = [];
  const ask = async ({ path }: { path: string }) => {
    asked.push(path);
    return { ID };
  };
  const { id } = looks({ ask } as unknown as EngineConnection);

  expect([await id(), await id()]).toEqual(['first', 'first']);
  ID = 'second';
  jest.advanceTimersByTime(9_000);
  expect(await id()).toBe('first');
  expect(asked).toEqual(['/info']);
  jest.advanceTimersByTime(1_001);
  expect(await id()).toBe('second');
});

it('is asked for again after an engine that was away', async () => {
  const answers = [() => Promise.reject(new Error('away')), async () => ({ ID: 'here' })];
  const { id } = looks({ ask: () => answers.shift()!() } as unknown as EngineConnection);
  await expect(id()).rejects.toThrow('away');
  expect(await id()).toBe('here');
});
