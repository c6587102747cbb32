import { createServer } from 'node:http';

const LONGEST_BODY_BYTES = 10_000;

/** An answer other than 200, thrown by a route. */
export class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Listens on `port` and answers with JSON. `routes` maps "METHOD /path" to a function of `{ readJson }` that returns
 * `{ status, body }` (status 200 where left out) or throws: an `HttpError` is told to the client as it is, anything else
 * is logged and told as 503, because what fails here is a store.
 */
export function serveJson(port, routes) {
  const server = createServer(async (request, response) => {
    const { status = 200, body } = await answer(routes, request);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    response.end(`${JSON.stringify(body)}\n`);
  });
  return server.listen(port);
}

async function answer(routes, request) {
  const line = `${request.method} ${request.url.split('?', 1)[0]}`;
  if (!Object.hasOwn(routes, line)) return { status: 404, body: { error: `there is no ${line}` } };
  try {
    return await routes[line]({ readJson: () => readJson(request) });
  } catch (error) {
    if (error instanceof HttpError) return { status: error.status, body: { error: error.message } };
    console.error(`${line} failed: ${error.message}`);
    return { status: 503, body: { error: 'a service that the shop depends on is not available' } };
  }
}

async function readJson(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LONGEST_BODY_BYTES) throw new HttpError(413, `the body is longer than ${LONGEST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpError(400, 'the body is not JSON');
  }
}
