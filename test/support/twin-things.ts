import { docker } from './docker-cli.js';

/** What carries the label of a twin. */
export interface TwinThings {
  containers: string[];
  networks: string[];
  volumes: string[];
}

export const NO_TWIN: TwinThings = { containers: [], networks: [], volumes: [] };

/** All that is there of any twin of a stack. */
export async function twinThingsOf(stack: string): Promise<TwinThings> {
  const label = `label=evenkeel.twin-of=${stack}`;
  const lines = (text: string): string[] => text.split('\n').filter(Boolean);
  return {
    containers: lines(await docker(['ps', '-aq', '--filter', label])),
    networks: lines(await docker(['network', 'ls', '--format', '{{.Name}}', '--filter', label])),
    volumes: lines(await docker(['volume', 'ls', '-q', '--filter', label])),
  };
}
