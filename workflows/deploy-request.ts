import { ApplicationFailure } from '@temporalio/workflow';
import { z } from 'zod';
import { deployInput, type DeployInput } from '../src/spec/deploy-input.js';
import { INVALID_INPUT } from '../src/spec/outcome.js';

/**
 * The request with its defaults. Throws a failure that ends the run at once with readable text; any other kind of
 * error would leave the run open, and an empty form in the Temporal UI sends nothing at all.
 */
export function parseDeployInput(request: unknown): DeployInput {
  const parsed = deployInput.safeParse(request ?? {});
  if (parsed.success) return parsed.data;
  throw ApplicationFailure.create({
    type: INVALID_INPUT,
    nonRetryable: true,
    message: `This is not a deployment: ${z.prettifyError(parsed.error)}\nThe smallest input is {"stack":"shop"}.`,
  });
}
