/**
 * The messages of PostgreSQL's protocol 3.0 that a small client needs: bytes in, values out, and the reverse.
 * Integers are big-endian; strings end with a zero byte; every message but the first starts with a letter.
 */

const cstring = (text) => Buffer.from(`${text}\0`);

function int16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** The length that a message declares counts itself, but not the letter. */
function message(letter, ...parts) {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(letter), int32(body.length + 4), body]);
}

function parameter(value) {
  if (value === null || value === undefined) return int32(-1);
  const bytes = Buffer.from(String(value));
  return Buffer.concat([int32(bytes.length), bytes]);
}

/** What we send. */
export const frontend = {
  /** Asks whether the connection may go on in TLS. Where other messages have their version, this has a number of its own. */
  sslRequest: () => message('', int32(80877103)),

  startup: ({ user, database }) => {
    const settings = ['user', user, 'database', database, 'application_name', 'shop'].map(cstring);
    return message('', int32(3 << 16), ...settings, Buffer.alloc(1));
  },

  saslFirst: (mechanism, text) => message('p', cstring(mechanism), int32(Buffer.byteLength(text)), Buffer.from(text)),

  saslFinal: (text) => message('p', Buffer.from(text)),

  /** Parse, bind, describe, execute and sync an unnamed statement, all values as text, in one write. */
  query: (statement, parameters) =>
    Buffer.concat([
      message('P', cstring(''), cstring(statement), int16(0)),
      message(
        'B',
        cstring(''),
        cstring(''),
        int16(0),
        int16(parameters.length),
        ...parameters.map(parameter),
        int16(0),
      ),
      message('D', Buffer.from('P'), cstring('')),
      message('E', cstring(''), int32(0)),
      message('S'),
    ]),
};

/** Reads one message from the start of `buffer`; `undefined` while it is incomplete. */
export function decodeMessage(buffer) {
  if (buffer.length < 5) return undefined;
  const length = 1 + buffer.readInt32BE(1);
  if (buffer.length < length) return undefined;
  return { message: { type: String.fromCharCode(buffer[0]), body: buffer.subarray(5, length) }, length };
}

/** Like `decodeMessage`, for a connection whose first answer is that to `sslRequest`: one byte, `S` or `N`. */
export function decoderAfterSslRequest() {
  let isFirst = true;
  return (buffer) => {
    if (!isFirst) return decodeMessage(buffer);
    if (buffer.length === 0) return undefined;
    isFirst = false;
    return { message: { type: String.fromCharCode(buffer[0]) }, length: 1 };
  };
}

/** What an authentication message ('R') asks for. */
export function authenticationKind(body) {
  const kinds = { 0: 'ok', 10: 'sasl', 11: 'sasl-continue', 12: 'sasl-final' };
  return kinds[body.readInt32BE(0)] ?? 'unsupported';
}

/** Reads an error ('E'): fields of a letter and a string each, of which C is the SQLSTATE and M the text. */
export function readError(body) {
  const fields = body.toString('utf8').split('\0').filter(Boolean);
  const valueOf = (letter) => fields.find((field) => field.startsWith(letter))?.slice(1);
  return { message: valueOf('M') ?? 'unknown error', code: valueOf('C') };
}

const readers = {
  16: (text) => text === 't', // boolean
  20: Number, // bigint
  21: Number, // smallint
  23: Number, // integer
  1184: (text) => new Date(text), // timestamptz
};

/** Reads a row description ('T') into the name of each column and the function that reads its values. */
export function readFields(body) {
  const fields = [];
  let position = 2;
  while (fields.length < body.readInt16BE(0)) {
    const nameEnd = body.indexOf(0, position);
    const typeId = body.readInt32BE(nameEnd + 7);
    fields.push({ name: body.toString('utf8', position, nameEnd), read: readers[typeId] ?? String });
    position = nameEnd + 19;
  }
  return fields;
}

/** Reads a data row ('D') into an object. */
export function readRow(body, fields) {
  const row = {};
  let position = 2;
  for (const { name, read } of fields) {
    const length = body.readInt32BE(position);
    position += 4;
    row[name] = length === -1 ? null : read(body.toString('utf8', position, position + length));
    position += Math.max(length, 0);
  }
  return row;
}
