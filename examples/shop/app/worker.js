import { setTimeout as pause } from 'node:timers/promises';
import { serveJson } from './lib/http.js';
import { healthRoutes } from './lib/health.js';
import { onStopSignal } from './lib/stopping.js';
import { watchStock } from './lib/stock.js';
import { openDatabase, openRedis, ORDER_QUEUE, storeChecks } from './lib/stores.js';

const PORT = 8080;
const WAIT_SECONDS = 1;
const LONGEST_TURN_MS = 10_000;
const STOCK_EVERY_MS = 2_000;
const LOW_STOCK = 10;
const version = process.env.SHOP_VERSION ?? 'unknown';

const database = openDatabase();
const reports = openDatabase('REPORT_DATABASE_URL'); // In real life a replica: reports do not slow orders down.
const redis = openRedis();
const queue = openRedis(); // Of its own: a waiting pop keeps a connection from answering anything else.

let lastTurnAt = Date.now();
let stopping = false;

/** Takes the next order; where none comes, those that were never announced. */
async function takeTurn() {
  const announced = await queue.popWaiting(ORDER_QUEUE, WAIT_SECONDS);
  const orders = announced === undefined ? await findForgotten() : [announced];
  for (const id of orders) await processOrder(id);
}

async function findForgotten() {
  const rows = await database.query(
    `SELECT id FROM orders
     WHERE status = 'received' AND created_at < now() - interval '5 seconds' ORDER BY id LIMIT 100`,
  );
  return rows.map(({ id }) => id);
}

/** Takes the goods from the stock and decides the order, in one statement: all of it happens, once, or nothing. */
async function processOrder(id) {
  const [decided] = await database.query(
    `WITH taken AS (
       SELECT id, product_id, quantity FROM orders WHERE id = $1 AND status = 'received' FOR UPDATE SKIP LOCKED
     ), sold AS (
       UPDATE products SET stock = stock - quantity FROM taken
       WHERE products.id = product_id AND stock >= quantity RETURNING taken.id
     )
     UPDATE orders
     SET status = CASE WHEN EXISTS (SELECT FROM sold) THEN 'confirmed' ELSE 'rejected' END, processed_at = now()
     FROM taken WHERE orders.id = taken.id
     RETURNING orders.status`,
    [id],
  );
  if (decided) console.log(`order ${id} ${decided.status}`);
}

async function run() {
  let complained = false;
  while (!stopping) {
    try {
      await takeTurn();
      lastTurnAt = Date.now();
      complained = false;
    } catch (error) {
      if (stopping) return;
      if (!complained) console.error(`no orders for now: ${error.message}`);
      complained = true;
      await pause(500);
    }
  }
}

/** The process may answer while its loop hangs, so health asks when the loop last came round. */
async function checkQueue() {
  const age = Date.now() - lastTurnAt;
  if (age > LONGEST_TURN_MS) throw new Error(`the last turn was completed ${Math.round(age / 1000)} s ago`);
  return { last_turn_ms_ago: age };
}

const checks = { ...storeChecks(database, redis), queue: checkQueue };
const server = serveJson(PORT, healthRoutes({ service: 'worker', version, checks }));
server.on('listening', () => console.log(`worker ${version} waits for orders`));

const stockWatch = watchStock(reports, { everyMs: STOCK_EVERY_MS, low: LOW_STOCK });

onStopSignal(() => {
  stopping = true;
  server.close();
  server.closeIdleConnections();
  stockWatch.stop();
  for (const store of [queue, redis, database, reports]) store.close();
});

await run();
