import { randomUUID } from 'node:crypto';
import { createPostgres } from './postgres.js';
import { createRedis } from './redis.js';

/** The Redis list that carries the ids of new orders from the API to the worker. */
export const ORDER_QUEUE = 'shop:orders';

export const openDatabase = (variable = 'DATABASE_URL') => createPostgres(required(variable));
export const openRedis = () => createRedis(required('REDIS_URL'));

function required(name) {
  const value = process.env[name];
  if (value) return value;
  console.error(`${name} is not set: give it to the container, for instance under "environment" in compose.yaml`);
  process.exit(1);
}

/** Health checks that use the stores as the shop does; each resolves with facts worth showing, or rejects. */
export const storeChecks = (database, redis) => ({
  database: async () => {
    const [facts] = await database.query('SELECT count(*) AS products FROM products');
    return facts;
  },
  redis: async () => {
    const key = `shop:health:${randomUUID()}`;
    const [, read] = await Promise.all([redis.command('SET', key, 'ahoy', 'EX', 10), redis.command('GET', key)]);
    if (read !== 'ahoy') throw new Error('redis did not give back what was written');
    return { queued_orders: await redis.command('LLEN', ORDER_QUEUE) };
  },
});
