import { describe, expect, it } from '@jest/globals';
import { type Client, ServiceError } from '@temporalio/client';
import { askedAnew, askSchedule } from '../../../src/schedule/ask-schedule.js';
import { grpcFailure } from '../../support/grpc-failure.js';

const grpc = (code: number, details = ''): Error => grpcFailure(code, `gRPC's ${code}`, details);

/** A Temporal that answers one question after the other like this, and within which time each answer was wanted. */
function temporal(...answers: (Error | object)[]) {
  const within: number[] = [];
  const ask = async (): Promise<object> => {
    const answer = answers.shift() ?? new Error('asked too often');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const client = {
    options: { namespace: 'default' },
    workflowService: { describeSchedule: ask },
    withDeadline: (until: number, act: () => Promise<unknown>) => {
      within.push(until - Date.now());
      return act();
    },
  } as unknown as Client;
  return { client, ask, within };
}

describe('askSchedule', () => {
  it('asks anew, a bounded while each time, where no answer comes', async () => {
    const { client, within } = temporal(grpc(4), grpc(4), { schedule: {} });
    expect(await askSchedule(client, 'health/alpha/shop')).toEqual({ schedule: {} });
    expect(within).toHaveLength(3);
    expect(Math.max(...within)).toBeLessThanOrEqual(10_000);
  });

  it('gives up in the end', async () => {
    const { client, within } = temporal(grpc(4), grpc(4), grpc(4));
    await expect(askSchedule(client, 'health/alpha/shop')).rejects.toMatchObject({ code: 4 });
    expect(within).toHaveLength(3);
  });

  it('takes every other answer as it is: there is none, or a failure', async () => {
    expect(await askSchedule(temporal(grpc(5)).client, 'health/alpha/shop')).toBeUndefined();
    for (const failure of [grpc(7), grpc(5, 'Namespace typo is not found.')]) {
      await expect(askSchedule(temporal(failure).client, 'health/alpha/shop')).rejects.toBe(failure);
    }
  });
});

it('a call whose failure the client has put into its own is done anew, too', async () => {
  const { client, ask } = temporal(new ServiceError('Failed to describe schedule', { cause: grpc(4) }), { done: true });
  expect(await askedAnew(client, ask)).toEqual({ done: true });
});
