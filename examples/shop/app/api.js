import { HttpError, serveJson } from './lib/http.js';
import { healthRoutes } from './lib/health.js';
import { migrate } from './lib/migrations.js';
import { onStopSignal } from './lib/stopping.js';
import { openDatabase, openRedis, ORDER_QUEUE, storeChecks } from './lib/stores.js';

const PORT = 8080;
const version = process.env.SHOP_VERSION ?? 'unknown';
const database = openDatabase();
const redis = openRedis();

async function placeOrder({ readJson }) {
  const { product_id: productId, quantity = 1 } = (await readJson()) ?? {};
  if (!isCount(productId)) throw new HttpError(422, 'product_id must be a positive whole number');
  if (!isCount(quantity) || quantity > 100) throw new HttpError(422, 'quantity must be a whole number from 1 to 100');

  const [order] = await database.query(
    `INSERT INTO orders (product_id, quantity)
     SELECT id, $2 FROM products WHERE id = $1
     RETURNING id, product_id, quantity, status, created_at`,
    [productId, quantity],
  );
  if (!order) throw new HttpError(422, `there is no product ${productId}`);
  await announce(order);
  return { status: 201, body: order };
}

/** Tells the worker. The row is what counts: the worker finds an order that was not announced by itself, only later. */
async function announce({ id }) {
  try {
    await redis.command('RPUSH', ORDER_QUEUE, id);
  } catch (error) {
    console.error(`order ${id} is not in the queue yet: ${error.message}`);
  }
}

const isCount = (value) => Number.isInteger(value) && value > 0 && value < 2 ** 31;

await migrate(database, process.env.SHOP_MIGRATION);

const server = serveJson(PORT, {
  ...healthRoutes({ service: 'api', version, checks: storeChecks(database, redis) }),
  'GET /version': () => ({ body: { version } }),
  'GET /products': async () => ({
    body: await database.query('SELECT id, name, price_cents, stock FROM products ORDER BY id'),
  }),
  'GET /orders': async () => ({
    body: await database.query(
      `SELECT id, product_id, quantity, status, created_at, processed_at FROM orders ORDER BY id DESC LIMIT 50`,
    ),
  }),
  'POST /orders': placeOrder,
});

server.on('listening', () => console.log(`api ${version} listens on port ${PORT}`));

onStopSignal(() => {
  server.close(() => {
    database.close();
    redis.close();
  });
  server.closeIdleConnections();
});

// The release that a demonstration needs: it starts, and then it does not stay.
if (process.env.SHOP_BROKEN === 'crash') {
  setTimeout(() => {
    console.error('SHOP_BROKEN=crash: this release was built to exit soon after its start');
    process.exit(1);
  }, 500);
}
