import { expect, it } from '@jest/globals';
import { tookTooLong } from '../../../activities/took-too-long.js';

it('has a step tried again whose Compose took too long, and leaves each third time to people', () => {
  const failures = [1, 2, 3, 4, 5, 6].map((count) => tookTooLong('replacing api', 390_000, count));
  expect(failures.map(({ name }) => name)).toEqual([
    ...['Weather', 'Weather', 'ApplicationFailure'],
    ...['Weather', 'Weather', 'ApplicationFailure'],
  ]);
  expect(failures[2]).toMatchObject({
    ...{ type: 'Stuck', nonRetryable: true },
    message: expect.stringContaining(
      'replacing api: Compose got no answer from Docker within 6.5 min, 3 times, and was ended each time',
    ),
  });
});
