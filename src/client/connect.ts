import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DEFAULT_ADDRESS } from './default-address.js';
import { ClientError } from './errors.js';

/** Where to look for Temporal; what is not given comes from Temporal's own profile file and `TEMPORAL_*` variables. */
export interface ConnectOptions {
  /** `host:port`. */
  address?: string;
  namespace?: string;
  env?: NodeJS.ProcessEnv;
  /** Default 3 seconds. */
  timeoutMs?: number;
}

/** An open connection; close it, or the process lingers. */
export interface Reach {
  client: Client;
  address: string;
  namespace: string;
  close(): Promise<void>;
}

/** Connects to Temporal. Throws `ClientError`: `Unreachable` when nobody answers in time, `BadProfile` before trying. */
export async function connect(options: ConnectOptions = {}): Promise<Reach> {
  const { connectionOptions, namespace } = connectConfig(options);
  const address = connectionOptions.address ?? DEFAULT_ADDRESS;
  try {
    const connection = await Connection.connect({
      ...connectionOptions,
      address,
      connectTimeout: options.timeoutMs ?? 3000,
    });
    const client = new Client({ connection, namespace });
    return { client, address, namespace, close: () => connection.close() };
  } catch (error) {
    throw unreachable(address, error);
  }
}

/** Temporal does not answer, or not any more. */
export function unreachable(address: string, cause?: unknown): ClientError {
  return new ClientError(
    'Unreachable',
    `no Temporal answers at ${address}`,
    'start one: evenkeel server — or name another with --address or TEMPORAL_ADDRESS',
    { cause },
  );
}

/** Where Temporal is, from what is given, its profile file and `TEMPORAL_*`. Throws `BadProfile` when those cannot be read. */
export function connectConfig({ address, namespace, env = process.env }: ConnectOptions) {
  try {
    const config = loadClientConnectConfig({ overrideEnvVars: definedOnly(env) });
    return {
      connectionOptions: { ...config.connectionOptions, ...(address === undefined ? {} : { address }) },
      namespace: namespace ?? config.namespace ?? 'default',
    };
  } catch (error) {
    throw new ClientError(
      'BadProfile',
      `Temporal's client configuration cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'check TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and the file they name',
      { cause: error },
    );
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
