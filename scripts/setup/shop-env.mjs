/** examples/shop/.env: this machine's passwords and images for the example stack. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { readImages } from './base-images.mjs';
import { fillExample } from './env-example.mjs';
import { readIfThere, writeWhole } from './files.mjs';
import { inspectImages } from './local-images.mjs';
import { repositoryDir } from './paths.mjs';
import { present, warn } from './say.mjs';

/** The variable of each image that the example uses. */
const imageVariables = /** @type {const} */ ({
  SHOP_POSTGRES_IMAGE: 'postgres',
  SHOP_REDIS_IMAGE: 'redis',
  SHOP_NODE_IMAGE: 'node',
  SHOP_NGINX_IMAGE: 'nginx',
});

/** The file that holds the example's settings; git ignores it. */
export const shopEnvFile = path.join(repositoryDir, 'examples', 'shop', '.env');

/** Afterwards the file is there, readable by its owner only. One that is there already is never changed. */
export async function ensureShopEnv() {
  const existing = readIfThere(shopEnvFile);
  if (existing !== undefined) return check(existing);
  const example = readIfThere(`${shopEnvFile}.example`);
  if (example === undefined) return;
  const images = readImages();
  const values = Object.fromEntries(Object.entries(imageVariables).map(([variable, name]) => [variable, images[name]]));
  writeWhole(
    shopEnvFile,
    fillExample(example, values, () => randomBytes(24).toString('hex')),
    0o600,
  );
  present('examples/shop/.env', 'written, with new passwords');
}

/** @param {string} text */
async function check(text) {
  const values = parseEnv(text);
  const named = Object.keys(imageVariables).flatMap((variable) => values[variable] ?? []);
  const found = named.length === 0 ? new Map() : await inspectImages(named);
  const missing = named.filter((image) => !found.has(image));
  if (missing.length === 0) return present('examples/shop/.env', 'present');
  warn(
    'examples/shop/.env',
    `names images that are not on this machine: ${missing.join(', ')}. Change it, or delete it and run set-up again`,
  );
}
