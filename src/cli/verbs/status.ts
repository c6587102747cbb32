import { Deployments } from '../../client/deployments.js';
import { ClientError } from '../../client/errors.js';
import { openRuns, type RunSummary } from '../../client/runs.js';
import { dockerodeEngine } from '../../docker/dockerode-engine.js';
import { type HostPresence, readPresences } from '../../presence/read-presences.js';
import { holdText } from '../../spec/hold.js';
import { EXIT } from '../../spec/outcome.js';
import type { Question } from '../../spec/question.js';
import { layoutFrom } from '../../store/layout.js';
import { listStacks } from '../../store/registry.js';
import { chooseStack } from '../choose-stack.js';
import { UsageError } from '../errors.js';
import { questionText } from '../render/question-text.js';
import { tableText } from '../render/table.js';
import { withQuestions } from '../status/asking-runs.js';
import { lookHere, type StackStatus, stacksElsewhere } from '../status/look-at-stacks.js';
import { verifiedText } from '../status/release-words.js';
import { SERVICE_COLUMNS, serviceCells } from '../status/service-cells.js';
import type { Cli } from '../terminal.js';
import { thisHost } from '../this-host.js';
import { withTemporalIfThere } from '../with-temporal.js';

/**
 * The services of the stack here, or all stacks of all hosts. This machine's engine is looked at, with or without
 * Temporal; other hosts are known by what their workers say.
 */
export async function status(cli: Cli, services: string[]): Promise<number> {
  try {
    return await withTemporalIfThere(cli, async ({ client }) => {
      const [runs, hosts] = await Promise.all([openRuns(client), readPresences(client)]);
      return show(cli, services, { runs, hosts, deployments: new Deployments(client) });
    });
  } catch (error) {
    // None of the looks at what is here, nor the questions, fail in this way.
    if (!(error instanceof ClientError)) throw error;
    cli.say(`runs in flight and other hosts are unknown: ${error.message}`);
    return show(cli, services, { runs: [], hosts: [] });
  }
}

/** What Temporal knows, and who asks runs what they wait for; nobody where it is out of reach. */
interface Known {
  runs: RunSummary[];
  hosts: HostPresence[];
  deployments?: Deployments;
}

async function show(cli: Cli, services: string[], known: Known): Promise<number> {
  const layout = layoutFrom(cli.env);
  const wanted = cli.flags.host;
  const host = await thisHost(layout);
  const isHere = wanted === undefined || wanted === host;
  const elsewhere = known.hosts
    .filter((presence) => presence.host !== host && (wanted === undefined || presence.host === wanted))
    .flatMap((presence) => stacksElsewhere(presence, known.runs));
  const here = { layout, engine: dockerodeEngine(cli.env), runs: known.runs, ...(host === undefined ? {} : { host }) };
  const asking = async (stacks: StackStatus[]): Promise<StackStatus[]> =>
    known.deployments ? withQuestions(known.deployments, stacks) : stacks;

  const chosen = await chooseStack(cli, layout);
  if (chosen) {
    const found = isHere
      ? await lookHere(here, chosen.name, chosen.entry?.directory ?? chosen.project?.directory)
      : elsewhere.find(({ stack }) => stack === chosen.name);
    if (!found) throw new UsageError(`host ${wanted} has no stack "${chosen.name}"`, 'list them: evenkeel stack list');
    const [asked] = await asking([found]);
    const narrowed = { ...asked!, services: found.services.filter(({ service }) => isAskedFor(service, services)) };
    if (cli.flags.json) cli.printJson(narrowed);
    else printStack(cli, narrowed);
    return EXIT.ok;
  }

  const entries = isHere ? await listStacks(layout) : [];
  const own = await Promise.all(entries.map(({ name, directory }) => lookHere(here, name, directory)));
  const all = await asking([...own, ...elsewhere]);
  if (cli.flags.json) cli.printJson(all);
  else if (all.length === 0) cli.say('no stack is registered: cd your-project && evenkeel stack add');
  else cli.print(tableText(STACK_COLUMNS, all.map(stackCells)));
  return EXIT.ok;
}

function isAskedFor(service: string, asked: string[]): boolean {
  return asked.length === 0 || asked.includes(service);
}

function printStack(cli: Cli, { stack, host, release, hold, running, asks = [], services, away }: StackStatus): void {
  const serves = release
    ? `, release ${release.id} of ${release.at}, ${verifiedText(release)}`
    : ', not deployed by evenkeel yet';
  cli.print(`${stack}${host === undefined ? '' : ` on ${host}`}${serves}`);
  if (away !== undefined) cli.print(`as it was: ${away}`);
  if (hold) cli.print(`${holdText(hold)} — lift it: evenkeel hold --end`);
  for (const run of running) cli.print(`under way: ${run}`);
  for (const question of asks) cli.print(questionText(question));
  if (services.length === 0) cli.print('no containers');
  else
    cli.print(
      tableText(
        SERVICE_COLUMNS,
        services.map((row) => serviceCells(row, Date.now())),
      ),
    );
}

const STACK_COLUMNS = ['HOST', 'STACK', 'SERVICES', 'ISSUES', 'RELEASE', 'VERIFIED', 'HOLD', 'RUN', 'DIRECTORY'];

function stackCells({
  host,
  stack,
  directory,
  release,
  hold,
  running,
  asks = [],
  services,
  away,
}: StackStatus): string[] {
  const up = services.filter(({ state }) => state === 'running').length;
  const issues = services.filter(({ issue }) => issue !== undefined).map(({ service }) => service);
  return [
    ...[host ?? '', stack, away === undefined ? `${up} of ${services.length} up` : 'unknown'],
    ...[away ?? issues.join(', '), release?.id ?? '', release ? verifiedText(release) : ''],
    ...[hold ? holdText(hold) : '', running.map((run) => runCell(run, asks)).join(', '), directory ?? ''],
  ];
}

function runCell(run: string, asks: Question[]): string {
  return asks.some((question) => question.run === run) ? `${run} asks what to do` : run;
}
