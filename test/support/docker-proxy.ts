import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** What goes wrong with a request. */
export type Fault =
  /** It reaches the engine late. */
  | { kind: 'delay'; ms: number }
  /** It never reaches the engine, and is never answered. */
  | { kind: 'drop' }
  /** It never reaches the engine; the connection is cut. */
  | { kind: 'reset' }
  /** It never reaches the engine; this is the answer. */
  | { kind: 'answer'; status: number; message: string }
  /** The engine answers, and the connection is cut after so many bytes of the body. */
  | { kind: 'cut'; afterBytes: number }
  /** The engine does what it is asked, and nobody hears of it. */
  | { kind: 'lose-reply' };

export interface Rule {
  /** Against `POST /containers/create?name=x`: method and path, without the version that clients put first. */
  when: RegExp;
  fault: Fault;
  /** How many requests it applies to; 1 unless told otherwise. */
  times?: number;
  /** Whether its time has come; from the start unless told otherwise. */
  isDue?: () => boolean;
}

export interface DockerProxy {
  /** For DOCKER_HOST. */
  dockerHost: string;
  /** All requests so far, as rules see them. */
  requests: string[];
  /** Rules apply in the order in which they were added; each to so many requests. */
  add(rule: Rule): void;
  /** Whether every rule has applied as often as it could. */
  hasStruck(): boolean;
  /** Forgets every rule. */
  heal(): void;
  close(): Promise<void>;
}

/** Puts a proxy in front of the Docker socket that loses, delays and breaks what it is told to. */
export async function startDockerProxy(enginePath = '/var/run/docker.sock'): Promise<DockerProxy> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-proxy-'));
  const socketPath = path.join(folder, 'docker.sock');
  const connections = new Set<Duplex>();
  const requests: string[] = [];
  let rules: (Rule & { left: number })[] = [];

  function faultFor(request: http.IncomingMessage): Fault | undefined {
    const seen = `${request.method} ${request.url?.replace(/^\/v\d+\.\d+(?=\/)/, '')}`;
    requests.push(seen);
    const rule = rules.find(({ when, left, isDue }) => left > 0 && when.test(seen) && (isDue?.() ?? true));
    if (rule) rule.left -= 1;
    return rule?.fault;
  }

  const server = http.createServer((request, response) => void serve(enginePath, request, response, faultFor(request)));
  server.on('upgrade', (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
    void hijack(enginePath, request, socket, head, faultFor(request));
  });
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));

  return {
    dockerHost: `unix://${socketPath}`,
    requests,
    add: (rule) => void rules.push({ ...rule, left: rule.times ?? 1 }),
    hasStruck: () => rules.every(({ left }) => left === 0),
    heal: () => void (rules = []),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of connections) socket.destroy();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Answers an ordinary request. Bodies go through as they come, in both directions. */
async function serve(
  socketPath: string,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === 'drop') return;
  if (fault?.kind === 'reset') return void request.socket.destroy();
  if (fault?.kind === 'answer') {
    response.writeHead(fault.status, { 'Content-Type': 'application/json' });
    return void response.end(JSON.stringify({ message: fault.message }));
  }
  if (fault?.kind === 'delay') await pause(fault.ms);

  const { method, url } = request;
  // Told to close, the engine may have answered and closed before Node's last, empty write: EPIPE instead of a reply.
  const headers = { ...request.headers, connection: 'keep-alive' };
  const forwarded = http.request({ socketPath, method, path: url, headers, agent: false });
  // A client keeps its connection for the next request, so it is cut only while an answer is owed.
  const cut = (): void => void (response.writableFinished || request.socket.destroy());
  forwarded.on('error', cut);
  response.on('close', () => response.writableFinished || forwarded.destroy());
  forwarded.on('response', (reply) => {
    reply.on('error', cut);
    if (fault?.kind === 'lose-reply') return void reply.resume().on('end', cut);
    response.writeHead(reply.statusCode ?? 500, reply.rawHeaders);
    response.flushHeaders();
    if (fault?.kind === 'cut') return void cutAfter(reply, response, fault.afterBytes);
    reply.pipe(response);
  });
  request.pipe(forwarded);
}

function cutAfter(reply: http.IncomingMessage, response: http.ServerResponse, bytes: number): void {
  let left = bytes;
  const cut = (): void => void response.socket?.destroy();
  reply.on('data', (chunk: Buffer) => {
    const last = chunk.length >= left;
    response.write(chunk.subarray(0, left), () => last && cut());
    left = Math.max(0, left - chunk.length);
  });
  reply.on('end', cut);
}

/** Joins two sockets for a client that leaves HTTP behind: exec, attach, the builder's session. */
async function hijack(
  socketPath: string,
  request: http.IncomingMessage,
  client: Duplex,
  head: Buffer,
  fault: Fault | undefined,
): Promise<void> {
  client.on('error', () => client.destroy());
  if (fault?.kind === 'drop') return;
  if (fault?.kind === 'delay') await pause(fault.ms);
  else if (fault) return void client.destroy();

  const engine = net.connect({ path: socketPath, allowHalfOpen: true });
  engine.on('error', () => client.destroy());
  client.on('close', () => engine.destroy());
  engine.write(`${request.method} ${request.url} HTTP/1.1\r\n${headerLines(request.rawHeaders)}\r\n`);
  engine.write(head);
  client.pipe(engine);
  engine.pipe(client);
}

/** Name and value take turns in Node's raw headers. */
function headerLines(raw: string[]): string {
  return raw.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
}
