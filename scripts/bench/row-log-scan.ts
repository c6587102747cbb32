import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { BenchStack } from './bench-stack.js';
import type { Bench, Measurement } from './measurement.js';
import { CLI } from './own-server.js';
import { CommandFailed, run, timed } from './run.js';

const LINES = 1_000_000;
/** What the goal allows, and how often the scan's memory is looked at. */
const MOST_MEGABYTES = 150;
const LOOK_EVERY_MS = 100;

const FAILURE = 'OperationalError: server does not support SSL, but SSL was required';
const PATTERN = 'SSL|certificate|Traceback|Error|FATAL|ECONNREFUSED|No space left|out of memory';

/** A million lines as a web service writes them, with one failure among them. */
const FILES = {
  'compose.yaml': `services:
  api:
    image: evenkeel-test/web:1
    restart: "no"
    entrypoint:
      - awk
      - |
        BEGIN { for (i = 1; i <= ${LINES}; i++) {
          print "2026-01-05 10:11:12," i % 1000 " INFO app.requests request " i " from 10.0.0." i % 255 " took " i % 97 " ms, path /api/items/" i
          if (i == ${LINES / 2}) print "${FAILURE}"
        } }
`,
};

/** All rules over a long log, process start included. */
export async function logScan({ server, runs, say }: Bench): Promise<Measurement[]> {
  const stack = await BenchStack.make(server, 'scan', FILES);
  const measurement: Measurement = {
    what: `log scan of ${LINES} lines; peer: docker logs | grep -E`,
    ours: [],
    peer: [],
    goal: { ratio: 1.2 },
  };
  try {
    await stack.compose('up', '-d');
    const id = (await stack.compose('ps', '-aq', 'api')).trim();
    await run(['docker', 'wait', id]);
    for (let round = 1; round <= runs; round += 1) {
      let megabytes = 0;
      measurement.ours.push(await timed(async () => (megabytes = await scan(stack.name, server.env))));
      const grep = `docker logs "$1" 2>&1 | grep -cE '${PATTERN}'`;
      measurement.peer.push(await timed(() => run(['sh', '-c', grep, 'sh', id])));
      say(`run ${round} of ${runs}: ${megabytes} MB at most`);
      if (megabytes > MOST_MEGABYTES) throw new CommandFailed(`the scan took ${megabytes} MB of memory`);
    }
    return [measurement];
  } finally {
    await stack.remove();
  }
}

/** `evenkeel scan`, which is to find the one failure. Returns the most memory that it had, in megabytes. */
async function scan(stack: string, env: NodeJS.ProcessEnv): Promise<number> {
  const argv = [CLI, '-p', stack, 'scan', '--json'];
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (part: Buffer) => (printed += part.toString()));
  const ended = new Promise<void>((resolve, reject) => child.once('error', reject).once('close', () => resolve()));
  let kilobytes = 0;
  while (child.exitCode === null && child.signalCode === null) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    kilobytes = Math.max(kilobytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    await Promise.race([ended, setTimeout(LOOK_EVERY_MS)]);
  }
  await ended;
  const found = printed.trim().split('\n');
  if (found.length !== 1 || !printed.includes('ssl/server-does-not-support-ssl')) {
    throw new CommandFailed(`the scan found something else than the one failure: ${printed.slice(0, 500)}`);
  }
  return Math.round(kilobytes / 1024);
}
