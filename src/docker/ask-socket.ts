import { get } from 'node:http';
import { get as getOverTls } from 'node:https';
import { connect } from 'node:net';
import { type Answer, type Endpoint, hostHeader, type HttpEndpoint } from '../gates/endpoint.js';
import { timeoutSignal } from '../timeout-signal.js';

/** A body is read to this many bytes, and for this long, and then left. */
const BODY_BYTES = 64 * 1024;
const BODY_MS = 500;
const HEADER_BYTES = 16 * 1024;
/** How soon a proxy hangs up that took a connection and found nobody behind. */
const HANGS_UP_MS = 200;

/** A place that a socket of this machine can be opened to. */
export interface Target {
  host: string;
  port: number;
  /** A proxy may stand before the container: that it takes a connection does not say that the container does. */
  proxied: boolean;
}

/**
 * Asks an endpoint over a socket of this machine. Never throws for an endpoint that does not answer; throws the signal's
 * reason when it aborts. No proxy of the environment stands between, and no certificate is verified.
 */
export async function askSocket(endpoint: Endpoint, target: Target, signal: AbortSignal): Promise<Answer> {
  const timeout = timeoutSignal(endpoint.timeoutMs);
  const limits: Limits = { signal: AbortSignal.any([signal, timeout]), connected: false };
  try {
    return await (endpoint.kind === 'http' ? request(endpoint, target, limits) : connection(target, limits));
  } catch (error) {
    signal.throwIfAborted();
    if (!timeout.aborted) return answerOf(error as NodeJS.ErrnoException);
    // Packets that nobody answers say that the way is barred, not what stands at its end.
    return limits.connected ? { kind: 'timeout' } : { kind: 'unreachable', what: `no way to ${shownHost(target)}` };
  }
}

interface Limits {
  signal: AbortSignal;
  /** Set once the connection stands. */
  connected: boolean;
}

function request(endpoint: HttpEndpoint, { host, port }: Target, limits: Limits): Promise<Answer> {
  const name = hostHeader(endpoint);
  const options = {
    ...{ host, port, path: endpoint.path, agent: false, signal: limits.signal, maxHeaderSize: HEADER_BYTES },
    headers: { host: name, accept: '*/*', 'user-agent': 'evenkeel', connection: 'close' },
  };
  return new Promise((resolve, reject) => {
    const asked =
      endpoint.scheme === 'https'
        ? getOverTls({ ...options, rejectUnauthorized: false, servername: 'localhost' })
        : get(options);
    asked.on('socket', (socket) => socket.once('connect', () => (limits.connected = true)));
    asked.on('error', reject);
    asked.on('response', (response) => {
      let bytes = 0;
      const leave = (): void => {
        clearTimeout(timer);
        response.destroy();
        resolve({ kind: 'status', status: response.statusCode! });
      };
      // Some servers complain in their log when a client goes before the body has come, so a small one is awaited.
      const timer = setTimeout(leave, BODY_MS);
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > BODY_BYTES) leave();
      });
      for (const end of ['end', 'error', 'close']) response.on(end, leave);
    });
  });
}

function connection({ host, port, proxied }: Target, limits: Limits): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal: limits.signal });
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    let timer: NodeJS.Timeout | undefined;
    socket.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.on('connect', () => {
      limits.connected = true;
      if (!proxied) return end({ kind: 'connected' });
      timer = setTimeout(() => end({ kind: 'connected' }), HANGS_UP_MS);
    });
    socket.on('data', () => end({ kind: 'connected' }));
    socket.on('end', () => end({ kind: 'refused', what: 'closed the connection at once' }));
  });
}

const NO_WAY = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EHOSTDOWN', 'EACCES', 'EPERM', 'ETIMEDOUT']);

function answerOf({ code = '', message }: NodeJS.ErrnoException): Answer {
  if (code === 'ECONNREFUSED') return { kind: 'refused', what: 'refuses connections' };
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return { kind: 'refused', what: 'closed the connection without an answer' };
  }
  if (NO_WAY.has(code)) return { kind: 'unreachable', what: `no way to it (${code})` };
  if (code === 'HPE_HEADER_OVERFLOW')
    return { kind: 'garbled', what: `sends headers of more than ${HEADER_BYTES} bytes` };
  if (code.startsWith('HPE_')) return { kind: 'garbled', what: 'does not answer in HTTP' };
  return { kind: 'garbled', what: `cannot be spoken to (${code || message})` };
}

/** `127.0.0.1:8080`, `[::1]:8080` */
export function shownHost({ host, port }: Pick<Target, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
