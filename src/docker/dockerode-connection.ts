import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect, types } from 'node:util';
import type DockerModem from 'docker-modem';
import Docker from 'dockerode';
import { passing } from '../retry-classes.js';
import { engineAddress } from './engine-address.js';
import { EngineAway, EngineLate, EngineRefused } from './engine.js';

/** One request to the engine's HTTP interface. */
export interface EngineRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: Record<string, string | number | boolean | object>;
  body?: object;
  tar?: Buffer;
  /** From the request to the end of its reply. Default 30 s. */
  deadlineMs?: number;
  /** Gives up early; the call then throws the signal's reason. */
  signal?: AbortSignal;
}

/** Asks the engine. Throws `EngineAway` (late: `EngineLate`) when it does not answer, and `EngineRefused` when it says no. */
export interface EngineConnection {
  /** The reply's JSON; undefined where the reply is empty. What the engine fails at (500) it is asked once more. */
  ask<T>(request: EngineRequest): Promise<T>;
  /** The same, but undefined where the engine knows of no such thing (404). */
  find<T>(request: EngineRequest): Promise<T | undefined>;
  /** Reads the reply as it comes. The deadline covers the whole of it. */
  read<T>(request: EngineRequest, consume: (reply: EngineReply) => Promise<T>): Promise<T>;
}

/** A connection that also knows how often it has found nobody. */
export interface EngineLine extends EngineConnection {
  /** How many requests have ended as `EngineAway` so far: as long as it stays, whoever answered before is there still. */
  timesAway(): number;
}

/** A reply as it comes in. */
export type EngineReply = AsyncIterable<Buffer> & { headers: IncomingHttpHeaders };

const DEADLINE_MS = 30_000;
/** The engine's own word for what went wrong within it: often two of its tasks in each other's way, and over in a moment. */
const FAILED_STATUS = 500;
const FAILED_PAUSE_MS = 500;
const ENDED = new Error('this request has ended');
const ACCEPTED = { 200: true, 201: true, 204: true, 304: true };

/**
 * Connects to the engine that the environment names. The library's own calls are passed by: they wait for ever when a
 * reply is cut off in the middle, so replies are always read as streams here.
 */
export function connect(env: NodeJS.ProcessEnv): EngineLine {
  const { label, options } = engineAddress(env);
  let timesAway = 0;
  const modem = withCheapRequests(new Docker(options).modem as DockerModem);

  async function read<T>(request: EngineRequest, consume: (reply: EngineReply) => Promise<T>): Promise<T> {
    const deadlineMs = request.deadlineMs ?? DEADLINE_MS;
    const ending = new AbortController();
    // Why it ends is told apart below; a reason of its own would be made anew, with a stack, for every request.
    const end = (): void => ending.abort(ENDED);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, deadlineMs);
    const signal = request.signal ? AbortSignal.any([request.signal, ending.signal]) : ending.signal;
    try {
      return await consume(await dial(modem, request, signal));
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason;
      const why = isLate
        ? new EngineLate(`Docker at ${label} did not answer within ${deadlineMs / 1000} s.`)
        : explained(error, label);
      if (why instanceof EngineAway) timesAway += 1;
      throw why;
    } finally {
      clearTimeout(timer);
      end();
    }
  }

  async function ask<T>(request: EngineRequest): Promise<T> {
    const once = (): Promise<T> =>
      read(request, async (reply) => {
        const text = (await wholeOf(reply)).toString('utf8');
        return (text === '' ? undefined : JSON.parse(text)) as T;
      });
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof EngineRefused && error.statusCode === FAILED_STATUS)) throw error;
      await pause(FAILED_PAUSE_MS);
      return once();
    }
  }

  return { read, ask, find: (request) => unlessMissing(ask(request)), timesAway: () => timesAway };
}

/** Undefined instead of a refusal with 404. */
export async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof EngineRefused && error.statusCode === 404) return undefined;
    throw error;
  }
}

/** All of a reply. */
export async function wholeOf(reply: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of reply) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function dial(modem: DockerModem, request: EngineRequest, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    modem.dial(
      {
        path: `${encodeURI(request.path)}?`,
        method: request.method,
        options: { _query: request.query ?? {}, _body: request.body ?? {} },
        file: request.tar,
        statusCodes: ACCEPTED,
        isStream: true,
        abortSignal: signal,
      },
      (error, reply) => (error ? reject(error) : resolve(reply as IncomingMessage)),
    );
  });
}

/**
 * The library prints every request in full, hidden properties and all, before it finds that nobody listens. A signal, or
 * an agent with other requests under way, holds on to half of Node: printing it takes seconds in which nothing else
 * happens. So a request prints as a word.
 */
function withCheapRequests(modem: DockerModem): DockerModem {
  const printable = modem as unknown as { buildRequest(options: object, ...rest: unknown[]): void };
  const build = printable.buildRequest.bind(modem);
  printable.buildRequest = (options, ...rest) => {
    Object.defineProperty(options, inspect.custom, { value: () => 'a request' });
    build(options, ...rest);
  };
  return modem;
}

function explained(error: unknown, label: string): unknown {
  if (!types.isNativeError(error)) return error;
  const { code, statusCode, json } = error as Error & { code?: string; statusCode?: number; json?: unknown };
  if (statusCode !== undefined) return new EngineRefused(statusCode, refusalText(error, json));
  if (code === 'EACCES') {
    return new Error(
      `No permission to use Docker at ${label}. Run as a user who may, for example a member of the group that owns the socket.`,
    );
  }
  if (passing({ text: error.message, code, isOfConnection: true })) {
    return new EngineAway(`Docker at ${label} does not answer (${code ?? error.message}). Is Docker running?`);
  }
  return error;
}

/** What the engine itself said, without the library's wrapping. */
function refusalText(error: Error, json: unknown): string {
  const said = (json as { message?: unknown } | null)?.message;
  if (typeof said === 'string') return said;
  return error.message.replace(/^\(HTTP code \d+\) \S* ?- /, '').trim();
}
