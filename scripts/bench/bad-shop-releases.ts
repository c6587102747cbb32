import type { Outcome } from '../../src/spec/outcome.js';

type Services = Record<string, Record<string, unknown>>;

/** A release of the shop, one mistake away from the good one, and what has to come of it. */
export interface BadRelease {
  name: string;
  /** The service that a failure has to name. */
  culprit: string;
  /** How it ends where it is not rehearsed; rehearsed, all are rejected. */
  unrehearsed: Outcome;
  /** In the shop's `.env`. */
  settings?: Record<string, string>;
  /** Over the services of the good release, key by key. */
  services?: Services;
}

/** The shop's code, run once before its API. */
const MIGRATE = `
  import { openDatabase } from './lib/stores.js';
  const database = openDatabase();
  await database.query(process.env.MIGRATION);
  database.close();`;
const DATABASE_URL = 'postgres://shop:${SHOP_POSTGRES_PASSWORD}@postgres:5432/shop';

/** What the good release has besides what examples/shop has: a migration that has to succeed before the API starts. */
const GOOD: Services = {
  migrate: {
    build: { context: './app', args: { BASE: '${SHOP_NODE_IMAGE}', SHOP_VERSION: '${SHOP_VERSION}' } },
    command: ['node', '--input-type=module', '-e', MIGRATE],
    environment: { DATABASE_URL, MIGRATION: 'CREATE TABLE IF NOT EXISTS notes (text text)' },
    restart: 'no',
    depends_on: { postgres: { condition: 'service_healthy' } },
  },
  api: { depends_on: { migrate: { condition: 'service_completed_successfully' } } },
};

const FOREIGN = process.arch === 'arm64' ? 'linux/amd64' : 'linux/arm64';

/** The bad releases, in the order in which they are deployed. */
export const BAD_RELEASES: readonly BadRelease[] = [
  { name: 'crash on start', culprit: 'api', unrehearsed: 'rolled-back', settings: { SHOP_BROKEN: 'crash' } },
  {
    name: 'import error',
    culprit: 'api',
    unrehearsed: 'rolled-back',
    // Somebody forgot to copy lib.
    services: {
      api: { build: { dockerfile_inline: 'ARG BASE\nFROM $${BASE}\nWORKDIR /app\nCOPY package.json *.js ./\n' } },
    },
  },
  {
    name: 'wrong env',
    culprit: 'api',
    unrehearsed: 'rolled-back',
    services: { api: { environment: { DATABASE_URL: '' } } },
  },
  {
    name: 'SSL error, health green',
    culprit: 'worker',
    unrehearsed: 'rolled-back',
    settings: { SHOP_DATABASE_OPTIONS: '?sslmode=require' },
  },
  {
    name: 'failing migration',
    culprit: 'migrate',
    unrehearsed: 'rolled-back',
    services: { migrate: { environment: { DATABASE_URL, MIGRATION: 'ALTER TABLE absent ADD COLUMN late text' } } },
  },
  {
    name: 'wrong architecture',
    culprit: 'api',
    unrehearsed: 'rejected',
    services: {
      api: { build: { dockerfile_inline: `FROM --platform=${FOREIGN} scratch\nCOPY package.json /app/\n` } },
    },
  },
  {
    name: 'missing command',
    culprit: 'api',
    unrehearsed: 'rejected',
    services: { api: { entrypoint: ['/app/bin/api'] } },
  },
];

/** `compose.override.yaml` for the shop: the good release, and what a bad one changes of it. JSON is YAML. */
export function overrideFile(changes: Services = {}): string {
  const services = Object.entries(GOOD).map(([name, service]) => [name, { ...service, ...changes[name] }]);
  return JSON.stringify({ services: Object.fromEntries(services) }, null, 2);
}
