import type { Reach } from '../client/connect.js';
import type { DeployRequest } from '../spec/deploy-input.js';
import { layoutFrom } from '../store/layout.js';
import { requireStack } from './choose-stack.js';
import { performerFrom } from './performer.js';
import { ensureRegistered } from './register.js';
import type { Cli } from './terminal.js';

/** The name of the stack here; where the worker is on this machine, it knows the stack afterwards. */
export async function stackToDeploy(cli: Cli, reach: Reach): Promise<string> {
  const layout = layoutFrom(cli.env);
  const stack = await requireStack(cli, layout);
  await ensureRegistered(cli, reach, layout, stack);
  return stack.name;
}

/** What a deployment and its plan have in common. */
export function requestFrom(
  cli: Cli,
  stack: string,
  services: string[],
  { pull, reason }: { pull?: boolean; reason?: string },
): DeployRequest {
  return {
    stack,
    services,
    performer: performerFrom(cli.env),
    pull: pull ?? false,
    ...(cli.flags.host === undefined ? {} : { host: cli.flags.host }),
    ...(reason === undefined ? {} : { reason }),
  };
}
