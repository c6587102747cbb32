import { ReconnectingLink } from './link.js';
import {
  authenticationKind,
  decodeMessage,
  decoderAfterSslRequest,
  frontend,
  readError,
  readFields,
  readRow,
} from './postgres-messages.js';
import { startScram } from './scram.js';

/** An error the server reported; `code` is its SQLSTATE. */
export class PostgresError extends Error {
  constructor({ message, code }) {
    super(message);
    this.code = code;
  }
}

/** Values of `sslmode` that allow no connection without TLS. */
const TLS_MODES = ['require', 'verify-ca', 'verify-full'];

/**
 * A small PostgreSQL client: one connection, opened by the first query and reopened after it was lost. It logs in with
 * SCRAM-SHA-256, or without a password where the server trusts it. It speaks no TLS: with `?sslmode=require` it asks the
 * server for it, as it has to, and then fails, whatever the answer is.
 *
 *     const database = createPostgres('postgres://shop:secret@postgres:5432/shop');
 *     const rows = await database.query('SELECT name FROM products WHERE id = $1', [3]);
 */
export function createPostgres(url) {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const user = decodeURIComponent(username);
  const wantsTls = TLS_MODES.includes(searchParams.get('sslmode'));

  const link = new ReconnectingLink({
    name: 'postgres',
    host: hostname,
    port: Number(port || 5432),
    decoder: wantsTls ? decoderAfterSslRequest : () => decodeMessage,
    greet: async (exchange) => {
      if (wantsTls) await exchange(frontend.sslRequest(), refuseWithoutTls);
      await logIn(exchange, { user, database: pathname.slice(1) || user, password: decodeURIComponent(password) });
    },
  });

  return {
    /** Runs one statement with its parameters ($1, $2 …) and resolves with the rows as objects. */
    query: (statement, parameters = []) => link.request(frontend.query(statement, parameters), collectRows()),
    close: () => link.close(),
  };
}

/** What would become of the connection is in the server's one byte: `S`, go on in TLS; `N`, there is none here. */
function refuseWithoutTls({ type }) {
  if (type === 'S') throw new Error('this client does not speak TLS, which sslmode=require asks for');
  throw new Error('The server does not support SSL connections');
}

async function logIn(exchange, { user, database, password }) {
  const scram = startScram(password);
  const demand = await exchange(frontend.startup({ user, database }), collectLogin());
  if (demand === 'ready') return;

  const challenge = await exchange(frontend.saslFirst('SCRAM-SHA-256', scram.firstMessage), collectLogin());
  const { finalMessage, verify } = scram.answer(challenge.text);
  await exchange(frontend.saslFinal(finalMessage), collectLogin(verify));
}

/** Collects up to the next message that wants an answer from us (`{ text }`), or until the server is `'ready'`. */
function collectLogin(verifyServer) {
  return ({ type, body }) => {
    if (type === 'E') throw new PostgresError(readError(body));
    if (type === 'Z') return { value: 'ready' };
    if (type !== 'R') return undefined; // The server's settings, its cancel key, notices.

    const text = body.toString('utf8', 4);
    switch (authenticationKind(body)) {
      case 'ok':
        return undefined;
      case 'sasl':
        if (text.split('\0').includes('SCRAM-SHA-256')) return { value: { text } };
        throw new Error('postgres offers no SCRAM-SHA-256');
      case 'sasl-continue':
        return { value: { text } };
      case 'sasl-final':
        verifyServer(text);
        return undefined;
      default:
        throw new Error('postgres asks for a password in a way other than SCRAM-SHA-256: set password_encryption');
    }
  };
}

/** Collects rows until the server is ready again; after an error it goes on reading to that point, too. */
function collectRows() {
  let fields = [];
  let failure;
  const rows = [];

  return ({ type, body }) => {
    if (type === 'T') fields = readFields(body);
    if (type === 'D') rows.push(readRow(body, fields));
    if (type === 'E') failure = new PostgresError(readError(body));
    if (type !== 'Z') return undefined;
    if (failure) throw failure;
    return { value: rows };
  };
}
