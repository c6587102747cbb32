import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ContainerInspect } from '../../src/docker/engine.js';
import { CACHE_ADDRESS, CACHE_PORT, fakeContainers, type FakeStack, WEB_ADDRESS } from './fake-containers.js';

/** What Docker writes before each piece of output: the stream, three zeros, and the length. */
const FRAME_HEADER_BYTES = 8;

/**
 * A Docker Engine that answers what a look at a stack asks, with canned containers: so many stacks cost this machine nothing but
 * the answers. Its web services are one server on the loopback.
 */
export class FakeEngine {
  private readonly stacks = new Map<string, FakeStack>();
  private readonly owners = new Map<string, { stack: FakeStack; place: number }>();
  /** Commands in containers that were created and not asked for their end yet, by their id. */
  private readonly execs = new Map<string, string[]>();
  private execsMade = 0;
  private readonly api: Server;
  private readonly web: Server;

  private constructor(readonly socket: string) {
    this.api = createServer((request, response) => void this.answer(request, response));
    this.web = createServer((_request, response) => response.end('ok'));
  }

  /** Listens on a socket file, and for the web services. */
  static async start(socket: string): Promise<FakeEngine> {
    const engine = new FakeEngine(socket);
    engine.api.listen(socket);
    engine.web.listen(0, WEB_ADDRESS);
    await Promise.all([once(engine.api, 'listening'), once(engine.web, 'listening')]);
    return engine;
  }

  /** As `DOCKER_HOST` says it. */
  get address(): string {
    return `unix://${this.socket}`;
  }

  get webPort(): number {
    return (this.web.address() as AddressInfo).port;
  }

  /** From now on the containers of this stack are there. */
  add(stack: FakeStack): void {
    this.stacks.set(stack.name, stack);
    fakeContainers(stack).forEach(({ Id }, place) => this.owners.set(Id, { stack, place }));
  }

  async stop(): Promise<void> {
    for (const server of [this.api, this.web]) {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://docker');
    const path = pathname.replace(/^\/v\d+\.\d+/, '');
    const body = await bodyOf(request);
    const json = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    const [, kind, id = '', what] = /^\/(containers|exec)\/([^/]+)\/(\w+)$/.exec(path) ?? [];
    if (path === '/_ping') return void response.writeHead(200, { 'api-version': '1.45' }).end('OK');
    if (path === '/info') return json(INFO);
    if (path === '/version') return json({ Version: INFO.ServerVersion, ApiVersion: '1.45', MinAPIVersion: '1.24' });
    if (path === '/containers/json') return json(this.listed(searchParams.get('filters')));
    if (kind === 'containers' && what === 'json') {
      const inspect = this.inspect(id);
      return inspect ? json(inspect) : json({ message: `No such container: ${id}` }, 404);
    }
    if (kind === 'containers' && what === 'exec') {
      const execId = `exec${(this.execsMade += 1)}`;
      this.execs.set(execId, (JSON.parse(body) as { Cmd: string[] }).Cmd);
      return json({ Id: execId }, 201);
    }
    if (kind === 'exec' && what === 'start') {
      response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' });
      return void response.end(framed(outputOf(this.execs.get(id) ?? [])));
    }
    if (kind === 'exec' && what === 'json') {
      this.execs.delete(id);
      return json({ ID: id, Running: false, ExitCode: 0 });
    }
    return json({ message: `this engine has no answer to ${request.method} ${path}` }, 501);
  }

  private inspect(id: string): ContainerInspect | undefined {
    const owner = this.owners.get(id);
    return owner && fakeContainers(owner.stack)[owner.place];
  }

  private listed(filters: string | null): object[] {
    const labels = (JSON.parse(filters ?? '{}') as { label?: string[] }).label ?? [];
    const wanted = labels.map((label) => label.split('=') as [string, string]);
    const project = wanted.find(([key]) => key === 'com.docker.compose.project')?.[1];
    const stacks = project === undefined ? [...this.stacks.values()] : [this.stacks.get(project) ?? []].flat();
    return stacks
      .flatMap(fakeContainers)
      .filter(({ Config }) => wanted.every(([key, value]) => Config.Labels[key] === value))
      .map(({ Id, Name, Image, Config, State }) => ({
        ...{ Id, Names: [Name], Image: Config.Image, ImageID: Image, Labels: Config.Labels },
        ...{ State: State.Status, Status: 'Up 1 hour (healthy)', Ports: [], Mounts: [] },
      }));
  }
}

const INFO = {
  ID: 'evenkeel-bench-fake-engine',
  ServerVersion: '26.1.5',
  DockerRootDir: '/',
  NCPU: 2,
  MemTotal: 8 * 1024 ** 3,
  Architecture: 'x86_64',
};

/** What a command would print in a container that is well: the ways that a look goes, and healthchecks. */
function outputOf(command: string[]): string {
  if (command.some((word) => word.startsWith('evenkeel:check:'))) return 'trip|key\n';
  if (command[0] === 'node') return `address ${CACHE_ADDRESS}\nport ${CACHE_PORT} connected\nasked\n`;
  return 'ok\n';
}

function framed(text: string): Buffer {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header[0] = 1;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}
