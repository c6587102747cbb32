import { setTimeout as pause } from 'node:timers/promises';

/**
 * Reports products of which fewer than `low` are left, each once, looking every `everyMs`. Nothing waits for it and no
 * health check asks for it: when the database refuses it, it says so in the log and tries again.
 */
export function watchStock(database, { everyMs, low }) {
  const stopping = new AbortController();
  const reported = new Set();

  async function look() {
    const rows = await database.query('SELECT id, name, stock FROM products WHERE stock < $1 ORDER BY id', [low]);
    for (const { id, name, stock } of rows) {
      if (!reported.has(id)) console.log(`only ${stock} left of ${name}`);
      reported.add(id);
    }
  }

  async function run() {
    while (!stopping.signal.aborted) {
      await look().catch((error) => {
        if (!stopping.signal.aborted) console.error(`stock report failed: ${error}`);
      });
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  void run();
  return { stop: () => stopping.abort() };
}
