import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { DeploymentWorld } from './deployment-world.js';
import { TestStack } from './test-stack.js';

/** The host that the tests of a file share, and the stacks that one of them makes. */
export interface OneHost {
  readonly world: DeploymentWorld;
  /** As `TestStack.make`; the stack is gone after the test. */
  make(fixture: string, files?: Record<string, string>): Promise<TestStack>;
  /** As `TestStack.unregistered`, likewise. */
  unregistered(fixture: string, files?: Record<string, string>): Promise<TestStack>;
}

/** One host for a test file, from before its first test until after its last one. Called once, at the top of the file. */
export function oneHost(): OneHost {
  let world: DeploymentWorld | undefined;
  const stacks: TestStack[] = [];
  const kept = (stack: TestStack): TestStack => {
    stacks.push(stack);
    return stack;
  };
  beforeAll(async () => {
    world = await DeploymentWorld.start();
  }, 60_000);
  afterEach(async () => {
    for (const stack of stacks.splice(0)) await stack.remove();
  }, 60_000);
  afterAll(async () => world?.stop(), 60_000);
  return {
    get world() {
      if (!world) throw new Error('the host is there in tests only');
      return world;
    },
    make: async (fixture, files) => kept(await TestStack.make(world!, fixture, files)),
    unregistered: async (fixture, files) => kept(await TestStack.unregistered(world!, fixture, files)),
  };
}
