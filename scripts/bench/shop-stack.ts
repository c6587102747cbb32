import { randomBytes } from 'node:crypto';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { cacheFolder } from '../../src/worker/server/temporal-cli.js';
import { BenchStack } from './bench-stack.js';
import { freePort, type OwnServer } from './own-server.js';

/** A copy of examples/shop, with ports and passwords of its own and this machine's images. */
export interface ShopStack {
  stack: BenchStack;
  apiPort: number;
  webPort: number;
  /** Edits the settings: another version is three other images. `more` goes with this version only. */
  setVersion(version: number, more?: Record<string, string>): Promise<void>;
}

/** Copies the shop. Starts nothing. */
export async function shopStack(server: OwnServer, what: string): Promise<ShopStack> {
  const images = JSON.parse(await readFile(path.join(cacheFolder(process.env), 'images.json'), 'utf8')) as Record<
    'postgres' | 'redis' | 'node' | 'nginx',
    string
  >;
  const stack = await BenchStack.make(server, what, {});
  await cp(path.join(packageRoot(), 'examples', 'shop'), stack.directory, {
    recursive: true,
    filter: (source) => path.basename(source) !== '.env',
  });
  const [apiPort, webPort] = [await freePort(), await freePort()];
  const settings = {
    SHOP_POSTGRES_PASSWORD: randomBytes(24).toString('hex'),
    SHOP_REDIS_PASSWORD: randomBytes(24).toString('hex'),
    SHOP_API_PORT: apiPort,
    SHOP_WEB_PORT: webPort,
    SHOP_POSTGRES_IMAGE: images.postgres,
    SHOP_REDIS_IMAGE: images.redis,
    SHOP_NODE_IMAGE: images.node,
    SHOP_NGINX_IMAGE: images.nginx,
  };
  return {
    stack,
    apiPort,
    webPort,
    setVersion: (version, more = {}) => stack.set({ ...settings, ...more, SHOP_VERSION: version }),
  };
}
