import { randomBytes } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { cacheFolder } from '../../src/worker/server/temporal-cli.js';
import { CannotBegin, type Place, PROJECT } from './place.js';

/** A release of the shop. */
export interface ShopRelease {
  version: number;
  /** Builds an API that exits soon after each start. */
  broken?: 'crash';
  /** Builds an API that drops a column at its start which it still reads. */
  migration?: 'drop-column';
  /** Makes the worker's reports want TLS of a server that has none; health does not notice. */
  databaseOptions?: '?sslmode=require';
}

/** The demo's copy of examples/shop. */
export interface Shop {
  /** Edits the settings, as one would before a deployment. */
  change(release: ShopRelease): Promise<void>;
}

/** Copies examples/shop to the place, as a project of its own with new passwords and this machine's images. */
export async function copyShop({ shopFolder, ports }: Place): Promise<Shop> {
  const images = await chosenImages();
  await cp(path.join(packageRoot(), 'examples', 'shop'), shopFolder, {
    recursive: true,
    filter: (source) => path.basename(source) !== '.env',
  });
  const composeFile = path.join(shopFolder, 'compose.yaml');
  const yaml = await readFile(composeFile, 'utf8');
  await writeFile(composeFile, yaml.replace(/^name: shop$/m, `name: ${PROJECT}`));

  const settings = {
    SHOP_POSTGRES_PASSWORD: randomBytes(24).toString('hex'),
    SHOP_REDIS_PASSWORD: randomBytes(24).toString('hex'),
    SHOP_WEB_PORT: ports.web,
    SHOP_API_PORT: ports.api,
    SHOP_POSTGRES_IMAGE: images['postgres'],
    SHOP_REDIS_IMAGE: images['redis'],
    SHOP_NODE_IMAGE: images['node'],
    SHOP_NGINX_IMAGE: images['nginx'],
  };
  return {
    change: async ({ version, broken = '', migration = '', databaseOptions = '' }) => {
      const release = { SHOP_VERSION: version, SHOP_BROKEN: broken, SHOP_MIGRATION: migration };
      const all = { ...settings, ...release, SHOP_DATABASE_OPTIONS: databaseOptions };
      const lines = Object.entries(all).map(([name, value]) => `${name}=${value}\n`);
      await writeFile(path.join(shopFolder, '.env'), lines.join(''), { mode: 0o600 });
    },
  };
}

/** The images that set-up chose for this machine, by logical name. */
async function chosenImages(): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(path.join(cacheFolder(process.env), 'images.json'), 'utf8')) as Record<
      string,
      string
    >;
  } catch {
    throw new CannotBegin('this machine is not set up yet: npm run setup');
  }
}
