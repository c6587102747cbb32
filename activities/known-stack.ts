import { ApplicationFailure } from '@temporalio/activity';
import { adoptStack, listStacks, readStack, type StackEntry } from '../src/store/registry.js';
import { FAILURE } from './failures.js';
import type { World } from './world.js';

/** The registry's entry of a stack; a running project of that name is adopted. Throws `InvalidInput` when there is neither. */
export async function knownStack(world: World, stack: string): Promise<StackEntry> {
  const entry = (await readStack(world.layout, stack)) ?? (await adoptStack(world.layout, world.engine, stack));
  if (entry) return entry;
  const others = (await listStacks(world.layout)).map(({ name }) => name);
  const known = others.length > 0 ? `It knows: ${others.join(', ')}.` : 'It knows none yet.';
  throw ApplicationFailure.nonRetryable(
    `Host ${world.host} knows no stack "${stack}". ${known} Add it on that host: cd its directory && evenkeel stack add -p ${stack}`,
    FAILURE.invalidInput,
  );
}
