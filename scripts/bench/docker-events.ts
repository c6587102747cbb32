import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Something that happened to a container, by the engine's clock, which is this machine's. Milliseconds since the epoch. */
export interface ContainerEvent {
  action: string;
  containerId: string;
  atMs: number;
}

/** The container events of a project, heard while something was done. */
export async function eventsDuring(project: string, work: () => Promise<unknown>): Promise<ContainerEvent[]> {
  const filters = ['type=container', `label=com.docker.compose.project=${project}`];
  const argv = ['events', '--format', '{{json .}}', ...filters.flatMap((filter) => ['--filter', filter])];
  const child = spawn('docker', [...argv, '--since', `${Math.floor(Date.now() / 1000)}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const heard: ContainerEvent[] = [];
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => {
    const { Action, id, timeNano } = JSON.parse(line) as { Action: string; id: string; timeNano: number };
    heard.push({ action: Action, containerId: id, atMs: timeNano / 1e6 });
  });
  const beganAtMs = Date.now();
  try {
    await work();
  } finally {
    child.kill();
    await new Promise((closed) => lines.once('close', closed));
  }
  return heard.filter(({ atMs }) => atMs >= beganAtMs);
}
