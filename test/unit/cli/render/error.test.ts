import { describe, expect, it } from '@jest/globals';
import { ServiceError } from '@temporalio/client';
import { accountOf } from '../../../../src/cli/render/error.js';
import { EXIT } from '../../../../src/spec/outcome.js';
import { grpcFailure } from '../../../support/grpc-failure.js';

describe('a call that Temporal leaves without an answer', () => {
  it('is named with what it was told', () => {
    const cause = grpcFailure(4, '4 DEADLINE_EXCEEDED: context deadline exceeded', 'context deadline exceeded');
    expect(accountOf(new ServiceError('Failed to delete schedule', { cause }))).toMatchObject({
      ...{ type: 'Unreachable', exitCode: EXIT.unreachable },
      message: expect.stringContaining(`Failed to delete schedule: ${cause.message}`) as unknown,
    });
  });
});
