import http from 'node:http';
import type { Ports } from './place.js';
import { until } from './until.js';

/** Long enough for a shop on a busy machine. */
const ANSWER_WITHIN_MS = 1000;
const PATIENCE = { withinMs: 30_000 };

/** Fetches a page of this machine over a connection of its own. Throws unless it is answered with 2xx in time. */
export async function get(port: number, place: string): Promise<string> {
  return request(port, place, 'GET');
}

/** The versions that customers are served: by the API itself, by the web page, and by the API behind the web server. */
export async function versionsServed({ api, web }: Ports): Promise<string[]> {
  const [direct, page, behindWeb] = await Promise.all([
    get(api, '/version'),
    get(web, '/version.txt'),
    get(web, '/api/version'),
  ]);
  return [versionIn(direct), page.trim(), versionIn(behindWeb)];
}

/** Places orders, and returns once the worker has decided all of them, so that nothing moves any more. */
export async function placeOrders({ api }: Ports, products: number[], signal: AbortSignal): Promise<void> {
  for (const product of products) {
    signal.throwIfAborted();
    await request(api, '/orders', 'POST', JSON.stringify({ product_id: product, quantity: 1 }));
  }
  await until(
    'the worker to decide the orders',
    async () => {
      const orders = JSON.parse(await get(api, '/orders')) as { status: string }[];
      return orders.every(({ status }) => status !== 'received') ? true : undefined;
    },
    { ...PATIENCE, signal },
  );
}

function versionIn(answer: string): string {
  return (JSON.parse(answer) as { version: string }).version;
}

function request(port: number, place: string, method: string, body?: string): Promise<string> {
  return new Promise((answer, fail) => {
    const asked = http.request(
      { host: '127.0.0.1', port, path: place, method, agent: false, timeout: ANSWER_WITHIN_MS },
      (response) => {
        const status = response.statusCode ?? 0;
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('error', fail);
        response.on('end', () =>
          status >= 200 && status < 300 ? answer(text) : fail(new Error(`${method} ${place}: ${status} ${text}`)),
        );
      },
    );
    asked.on('timeout', () => asked.destroy(new Error(`${method} ${place}: no answer in ${ANSWER_WITHIN_MS} ms`)));
    asked.on('error', fail);
    asked.end(body);
  });
}
