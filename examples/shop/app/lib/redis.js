import { ReconnectingLink } from './link.js';

/** An error reply of the server. */
export class RedisError extends Error {}

/**
 * A small Redis client: one connection, opened by the first command and reopened after it was lost.
 *
 *     const redis = createRedis('redis://:secret@redis:6379');
 *     await redis.command('SET', 'greeting', 'ahoy', 'EX', 60);
 */
export function createRedis(url) {
  const { hostname, port, username, password } = new URL(url);
  const credentials = [username, password].filter(Boolean).map(decodeURIComponent);

  const link = new ReconnectingLink({
    name: 'redis',
    host: hostname,
    port: Number(port || 6379),
    decoder: () => decodeReply,
    greet: async (exchange) => {
      if (credentials.length > 0) await exchange(encodeCommand(['AUTH', ...credentials]), takeReply);
    },
  });

  return {
    /** Resolves with the reply: a string, a number, `null` or an array of these. */
    command: (...words) => link.request(encodeCommand(words), takeReply),
    /** Waits up to `seconds` for an element of the list; resolves with it, or with `undefined`. Holds the connection. */
    popWaiting: async (list, seconds) => {
      const command = encodeCommand(['BLPOP', list, seconds]);
      const reply = await link.request(command, takeReply, seconds * 1000 + 2000);
      return reply?.[1];
    },
    close: () => link.close(),
  };
}

function takeReply(reply) {
  if (reply instanceof RedisError) throw reply;
  return { value: reply };
}

/** A command is an array of strings, each with its length in bytes before it. */
function encodeCommand(words) {
  const parts = words.map(String).map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${parts.join('')}`);
}

/**
 * Reads one reply (RESP version 2) from the start of `buffer`.
 * Returns the reply and the bytes it took, or `undefined` while it is incomplete.
 */
export function decodeReply(buffer) {
  const lineEnd = buffer.indexOf('\r\n');
  if (lineEnd === -1) return undefined;
  const line = buffer.toString('utf8', 1, lineEnd);
  const bodyStart = lineEnd + 2;

  switch (String.fromCharCode(buffer[0])) {
    case '+':
      return { message: line, length: bodyStart };
    case '-':
      return { message: new RedisError(line), length: bodyStart };
    case ':':
      return { message: Number(line), length: bodyStart };
    case '$':
      return decodeString(buffer, bodyStart, Number(line));
    case '*':
      return decodeArray(buffer, bodyStart, Number(line));
    default:
      throw new RedisError(`a reply starts with ${JSON.stringify(String.fromCharCode(buffer[0]))}: is this Redis?`);
  }
}

function decodeString(buffer, start, size) {
  if (size === -1) return { message: null, length: start };
  const end = start + size;
  if (buffer.length < end + 2) return undefined;
  return { message: buffer.toString('utf8', start, end), length: end + 2 };
}

function decodeArray(buffer, start, count) {
  if (count === -1) return { message: null, length: start };
  const elements = [];
  let position = start;
  while (elements.length < count) {
    const element = decodeReply(buffer.subarray(position));
    if (element === undefined) return undefined;
    elements.push(element.message);
    position += element.length;
  }
  return { message: elements, length: position };
}
