import path from 'node:path';
import { DEFAULT_ADDRESS } from '../../client/default-address.js';
import { durationText } from '../../spec/duration-text.js';
import { layoutFrom } from '../../store/layout.js';
import { WORKER_NODE_FLAGS } from '../../worker/node-flags.js';
import { noteDatabase, ownDatabase } from '../../worker/server/databases.js';
import { ServerCannotStart } from '../../worker/server/may-start.js';
import { runServer, type ServerEvent } from '../../worker/server/server.js';
import { findTemporalCli } from '../../worker/server/temporal-cli.js';
import { CommandFailed } from '../errors.js';
import { interruptible } from '../interrupt.js';
import { packageRoot } from '../../package-root.js';
import { healthPortIn, portIn } from '../ports.js';
import { browserEntries, browserText } from '../render/browser-text.js';
import { warnOfOpenStateFolder } from '../state-folder-warning.js';
import type { Cli } from '../terminal.js';

export interface ServerFlags {
  port: string;
  uiPort?: string;
  db?: string;
  healthPort?: string;
}

/** Temporal's own convention. */
const UI_ABOVE_PORT = 1000;

/** Runs Temporal and a worker until Ctrl-C. */
export async function server(cli: Cli, flags: ServerFlags): Promise<number> {
  const layout = layoutFrom(cli.env);
  await warnOfOpenStateFolder(cli);
  const port = portIn(flags.port, '--port');
  const uiPort = flags.uiPort === undefined ? port + UI_ABOVE_PORT : portIn(flags.uiPort, '--ui-port');
  const healthPort = healthPortIn(cli, flags.healthPort);
  const namespace = cli.flags.namespace ?? 'default';
  const address = `127.0.0.1:${port}`;
  const temporalCli = await findTemporalCli(cli.env);
  if (temporalCli === undefined) throw new CommandFailed('the Temporal CLI is not installed', 'npm run setup');

  const workerFlags = [
    '--address',
    address,
    '--namespace',
    namespace,
    ...(cli.flags.host ? ['--host', cli.flags.host] : []),
    ...(healthPort === undefined ? [] : ['--health-port', `${healthPort}`]),
  ];
  const program = path.join(packageRoot(), 'bin', 'evenkeel.mjs');
  const workerArgv = [process.execPath, ...WORKER_NODE_FLAGS, program, 'worker', ...workerFlags];
  const tell = teller(cli, namespace, healthPort);
  const database = path.resolve(cli.cwd, flags.db ?? ownDatabase(layout));
  await noteDatabase(layout, database);
  try {
    await interruptible((until) =>
      runServer({
        layout,
        temporalCli,
        workerArgv,
        namespace,
        port,
        uiPort,
        until,
        database,
        env: withoutProfile(cli.env, path.join(layout.home, 'no-temporal-profile')),
        onEvent: tell,
      }),
    );
  } catch (error) {
    throw error instanceof ServerCannotStart ? new CommandFailed(error.message, error.remedy) : error;
  }
  return 0;
}

/**
 * The environment without what leads Temporal's clients elsewhere: a profile for a Temporal in the cloud, for example.
 * `noFile` does not exist, which stands for a profile file without profiles. It has no build id either: to the only worker that
 * would do nothing but have its runs wait until it is made current.
 */
function withoutProfile(env: NodeJS.ProcessEnv, noFile: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_') && name !== 'EVENKEEL_BUILD_ID');
  return { ...Object.fromEntries(kept), TEMPORAL_CONFIG_FILE: noFile };
}

/** Tells people what happens; scripts get one document, when everything is ready for the first time. */
function teller(cli: Cli, namespace: string, healthPort: number | undefined): (event: ServerEvent) => void {
  let where: { address: string; ui: string } | undefined;
  let isReady = false;
  let lastDeath: string | undefined;
  return (event) => {
    switch (event.kind) {
      case 'temporal-ready':
        where = { address: event.address, ui: event.ui };
        return cli.say(`Temporal  ${event.address}   UI  ${event.ui}`);
      case 'ready':
        lastDeath = undefined;
        if (isReady) return cli.say('the worker is back');
        isReady = true;
        if (cli.flags.json)
          cli.printJson({
            ready: true,
            host: event.host,
            ...where,
            ...(where ? { browser: browserEntries(where.ui, namespace) } : {}),
            ...(healthPort ? { health: healthAt(healthPort) } : {}),
          });
        if (where) cli.say(browserText(where.ui, namespace));
        return cli.say(readyText(event.host, where?.address, healthPort));
      case 'died': {
        const death = `${event.what} ended (${event.how}), and is started again`;
        // One that dies at every start would fill the screen.
        if (death !== lastDeath) cli.say(`${death} in ${durationText(event.delayMs)}; its log: ${event.log}`);
        lastDeath = death;
        return;
      }
      case 'in-flight':
        return cli.say(`in flight: ${event.run}; it goes on at the next start of evenkeel server`);
      case 'stopping':
        return cli.say('stopping');
    }
  };
}

function readyText(host: string, address: string | undefined, healthPort: number | undefined): string {
  const elsewhere = address === DEFAULT_ADDRESS ? [] : [`           export TEMPORAL_ADDRESS=${address}`];
  return [
    `worker    host ${host}`,
    'deploy     cd your-project && evenkeel deploy',
    ...elsewhere,
    ...(healthPort === undefined ? [] : [`health     ${healthAt(healthPort)}/stacks/<stack>/health, /metrics`]),
    'ready; Ctrl-C stops it, and runs go on at the next start',
  ].join('\n');
}

function healthAt(port: number): string {
  return `http://127.0.0.1:${port}`;
}
