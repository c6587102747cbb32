import { checksNamespace, SEARCH_ATTRIBUTES } from '../../names.js';

/** How the embedded Temporal is to be started. It listens on 127.0.0.1 only. */
export interface DevServer {
  port: number;
  uiPort: number;
  /** Absolute path of the SQLite file; made at the first start. */
  database: string;
  /** Of the runs; that of looks stands beside it. */
  namespace: string;
}

/**
 * The server looks for work at most this often a second. Its default of 20 makes every step of a run cost 100 ms, since
 * a step needs several looks.
 */
const POLLS_PER_SECOND = 5000;

/** What makes a step on the embedded server cost milliseconds. */
export const SERVER_TUNING: readonly string[] = ['transfer', 'timer'].flatMap((queue) => [
  '--dynamic-config-value',
  `history.${queue}ProcessorMaxPollRPS=${POLLS_PER_SECOND}`,
]);

/** The command line of Temporal's development server, tuned for one busy machine and a file that must survive a crash. */
export function devServerArgs({ port, uiPort, database, namespace }: DevServer): string[] {
  return [
    ...[
      'server',
      'start-dev',
      '--ip',
      '127.0.0.1',
      '--port',
      `${port}`,
      '--ui-ip',
      '127.0.0.1',
      '--ui-port',
      `${uiPort}`,
    ],
    ...['--namespace', namespace, '--namespace', checksNamespace(namespace)],
    ...['--log-level', 'warn', '--db-filename', database],
    // A run that was acknowledged must still be there after a power cut, hence FULL.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=FULL'],
    ...Object.values(SEARCH_ATTRIBUTES).flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...SERVER_TUNING,
  ];
}
