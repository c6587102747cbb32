import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import type { DockerOptions } from 'dockerode';

type AddressOptions = DockerOptions & { agent?: http.Agent };

/** How to reach an engine, and how to name it to people. */
export interface EngineAddress {
  /** `unix:///var/run/docker.sock`, `tcp://10.0.0.5:2376`; never with credentials. */
  label: string;
  options: AddressOptions;
}

const DEFAULT_HOST = 'unix:///var/run/docker.sock';

/**
 * Where the engine is: `DOCKER_HOST` (`unix://` or `tcp://`), else `/var/run/docker.sock`. `DOCKER_TLS_VERIFY` and
 * `DOCKER_CERT_PATH` mean what they mean to the docker command.
 */
export function engineAddress(env: NodeJS.ProcessEnv): EngineAddress {
  const wanted = env['DOCKER_HOST'] || DEFAULT_HOST;
  if (wanted.startsWith('unix://')) return socketAddress(wanted.slice('unix://'.length));
  if (wanted.startsWith('tcp://')) return tcpAddress(new URL(wanted), env);
  const scheme = wanted.split('://')[0];
  throw new Error(
    `DOCKER_HOST begins with ${scheme}, which is not supported. Use unix:///path/to/socket or tcp://host:port.`,
  );
}

/** The engine as `DOCKER_HOST` names it, for commands; without credentials. Throws as `engineAddress` does. */
export function engineHost(env: NodeJS.ProcessEnv): string {
  return engineAddress(env).label;
}

/** Whether the engine's files, memory and ports are those of this machine. */
export function isLocalEngine(env: NodeJS.ProcessEnv): boolean {
  return engineAddress(env).label.startsWith('unix://');
}

function socketAddress(socketPath: string): EngineAddress {
  const options = { ...COMMON, socketPath, protocol: 'http' as const, agent: new http.Agent(ONE_REQUEST_EACH) };
  return { label: `unix://${socketPath}`, options };
}

function tcpAddress(url: URL, env: NodeJS.ProcessEnv): EngineAddress {
  const label = `tcp://${url.host}`;
  const secure = Boolean(env['DOCKER_TLS_VERIFY']);
  const address = { ...COMMON, host: url.hostname, port: url.port || (secure ? '2376' : '2375') };
  if (!secure) return { label, options: { ...address, protocol: 'http', agent: new http.Agent(ONE_REQUEST_EACH) } };
  const agent = new https.Agent(ONE_REQUEST_EACH);
  return { label, options: { ...address, ...certificates(env), protocol: 'https', agent } };
}

/** A connection that is kept may have been closed by the engine meanwhile, and would fail the next request for nothing. */
const ONE_REQUEST_EACH = { keepAlive: false };

/** Every field is set, because the library fills in those that are missing from the environment of this process. */
const COMMON: AddressOptions = {
  socketPath: undefined,
  host: undefined,
  port: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  timeout: undefined,
  // It is we who close. An engine that is told to close may have answered and done so before Node's last, empty write,
  // which then fails with EPIPE instead of giving us the answer.
  headers: { Connection: 'keep-alive' },
};

function certificates(env: NodeJS.ProcessEnv): Pick<DockerOptions, 'ca' | 'cert' | 'key'> {
  const folder = env['DOCKER_CERT_PATH'] || path.join(env['HOME'] ?? '', '.docker');
  const read = (name: string): Buffer => readFileSync(path.join(folder, name));
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}
