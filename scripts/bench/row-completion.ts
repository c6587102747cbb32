import { BenchStack } from './bench-stack.js';
import type { Bench, Measurement } from './measurement.js';
import { CLI } from './own-server.js';
import { run, timed } from './run.js';

/** As many as it takes for a median that says something of what lasts so short. */
const REQUESTS = 10;
/** Nothing listens there. */
const NO_TEMPORAL = '127.0.0.1:9';

const FILES = {
  'compose.yaml': ['services:', ...Array.from({ length: 10 }, (_, n) => `  s${n}: { image: busybox }`), ''].join('\n'),
};

/** What a person waits for after a press of the tabulator key: the services of the stack here. The peer is Node, doing nothing. */
export async function completion({ server, runs, say }: Bench): Promise<Measurement[]> {
  const stack = await BenchStack.make(server, 'completion', FILES);
  const inItsFolder = (argv: string[], address = server.address): Promise<string> =>
    run([process.execPath, ...argv], { cwd: stack.directory, env: { ...server.env, TEMPORAL_ADDRESS: address } });
  const ask = (address?: string): Promise<string> => inItsFolder([CLI, '__complete', '--', 'deploy', ''], address);
  try {
    await stack.register();
    if ((await ask()).split('\n').length < 10) throw new Error('the services are not among what it completes');
    const [there, away, node]: [number[], number[], number[]] = [[], [], []];
    for (let request = 0; request < runs * REQUESTS; request += 1) {
      there.push(await timed(() => ask()));
      away.push(await timed(() => ask(NO_TEMPORAL)));
      node.push(await timed(() => inItsFolder(['-e', '0'])));
    }
    say(`${runs * REQUESTS} requests with Temporal, and as many without`);
    const goal = { atMostMs: 200 };
    return [
      { what: 'completion of the services of a stack; peer: node -e 0', ours: there, peer: node, goal },
      { what: 'the same with no Temporal in reach', ours: away, peer: node, goal },
    ];
  } finally {
    await stack.remove();
  }
}
