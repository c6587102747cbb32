import { ClientError } from '../../client/errors.js';
import { openDeployments, type RunSummary } from '../../client/runs.js';
import { dockerodeEngine } from '../../docker/dockerode-engine.js';
import type { Engine } from '../../docker/engine.js';
import { EXIT } from '../../spec/outcome.js';
import { type Layout, layoutFrom } from '../../store/layout.js';
import { listStacks } from '../../store/registry.js';
import { latestRelease } from '../../store/releases.js';
import { chooseStack } from '../choose-stack.js';
import { tableText } from '../render/table.js';
import { SERVICE_COLUMNS, serviceCells, type ServiceRow, serviceRows } from '../status/service-rows.js';
import type { Cli } from '../terminal.js';
import { withTemporal } from '../with-temporal.js';

/** A stack on this machine, as it is now. */
interface StackStatus {
  stack: string;
  directory?: string;
  /** The last release, where it was deployed by us. */
  release?: { id: string; at: string };
  /** Workflow ids of the deployments that are open. */
  running: string[];
  services: ServiceRow[];
}

/** The services of the stack here, or all stacks. It looks at this machine's engine, with or without Temporal. */
export async function status(cli: Cli, services: string[]): Promise<number> {
  const layout = layoutFrom(cli.env);
  const engine = dockerodeEngine(cli.env);
  const chosen = await chooseStack(cli, layout);
  const runs = await openRuns(cli);
  const look = (stack: string, directory?: string): Promise<StackStatus> =>
    statusOf({ layout, engine, runs, services }, stack, directory);

  if (chosen) {
    const found = await look(chosen.name, chosen.entry?.directory ?? chosen.project?.directory);
    if (cli.flags.json) cli.printJson(found);
    else printStack(cli, found);
    return EXIT.ok;
  }
  const all = await Promise.all((await listStacks(layout)).map(({ name, directory }) => look(name, directory)));
  if (cli.flags.json) cli.printJson(all);
  else if (all.length === 0) cli.say('no stack is registered: cd your-project && evenkeel stack add');
  else cli.print(tableText(['STACK', 'SERVICES', 'ISSUES', 'RELEASE', 'RUN', 'DIRECTORY'], all.map(stackCells)));
  return EXIT.ok;
}

interface Sources {
  layout: Layout;
  engine: Engine;
  runs: RunSummary[];
  services: string[];
}

async function statusOf(
  { layout, engine, runs, services }: Sources,
  stack: string,
  directory?: string,
): Promise<StackStatus> {
  const [containers, release] = await Promise.all([engine.containers(stack), latestRelease(layout, stack)]);
  return {
    stack,
    ...(directory === undefined ? {} : { directory }),
    ...(release ? { release: { id: release.id, at: release.at } } : {}),
    running: runs.filter((run) => run.stack === stack).map(({ workflowId }) => workflowId),
    services: serviceRows(containers, Object.keys(release?.services ?? {}), services, Date.now()),
  };
}

/** Without Temporal there is still an engine to look at. */
async function openRuns(cli: Cli): Promise<RunSummary[]> {
  try {
    return await withTemporal(cli, ({ client }) => openDeployments(client));
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    cli.say(`deployments in flight are unknown: ${error.message}`);
    return [];
  }
}

function printStack(cli: Cli, { stack, release, running, services }: StackStatus): void {
  const serves = release ? `, release ${release.id} of ${release.at}` : ', not deployed by evenkeel yet';
  cli.print(`${stack}${serves}`);
  for (const run of running) cli.print(`deploying: ${run}`);
  if (services.length === 0) cli.print('no containers');
  else cli.print(tableText(SERVICE_COLUMNS, services.map(serviceCells)));
}

function stackCells({ stack, directory, release, running, services }: StackStatus): string[] {
  const up = services.filter(({ state }) => state === 'running').length;
  const issues = services.filter(({ issue }) => issue !== undefined).map(({ service }) => service);
  return [
    stack,
    `${up} of ${services.length} up`,
    issues.join(', '),
    release?.id ?? '',
    running.join(', '),
    directory ?? '',
  ];
}
