import { describe, expect, it } from '@jest/globals';
import { ServiceError } from '@temporalio/client';
import { accountOf } from '../../../../src/cli/render/error.js';
import { EXIT } from '../../../../src/spec/outcome.js';

describe('a call that Temporal leaves without an answer', () => {
  it('is named with what it was told', () => {
    const cause = Object.assign(new Error('4 DEADLINE_EXCEEDED: context deadline exceeded'), {
      ...{ code: 4, details: 'context deadline exceeded', metadata: {} },
    });
    expect(accountOf(new ServiceError('Failed to delete schedule', { cause }))).toMatchObject({
      ...{ type: 'Unreachable', exitCode: EXIT.unreachable },
      message: expect.stringContaining(`Failed to delete schedule: ${cause.message}`) as unknown,
    });
  });
});
