#!/usr/bin/env node
/**
 * Makes this machine ready: node scripts/setup/main.mjs [--for demo|test|bench|browser] [--list] [--remove]
 *
 * Looks first, does only what is missing, asks nothing. Steps that do not need one another run side by side, and go on
 * where one fails; the exit code is 1 then, and 2 for a usage error.
 */
import { parseArgs } from 'node:util';
import { ensureBaseImages } from './base-images.mjs';
import { ensureChromium } from './chromium.mjs';
import { ensureBuiltProduct } from './built-product.mjs';
import { engineVersion, ensureDockerDaemon } from './docker-daemon.mjs';
import { ensureDockerPackages } from './docker-packages.mjs';
import { list } from './list.mjs';
import { withSetupLock } from './lock.mjs';
import { ensureNodePackages } from './node-packages.mjs';
import { remove } from './remove.mjs';
import { CannotSetUp, failed } from './say.mjs';
import { ensureShopEnv } from './shop-env.mjs';
import { ensureTemporalCli } from './temporal-cli.mjs';

const purposes = ['demo', 'test', 'bench', 'browser'];
const usage = `Usage: node scripts/setup/main.mjs [--for ${purposes.join('|')}] [--list] [--remove]`;

/** @param {string | undefined} purpose undefined for all of them */
async function setUp(purpose) {
  const product = [
    { name: 'node packages', run: ensureNodePackages },
    { name: 'build', run: ensureBuiltProduct },
  ];
  const programs = [
    { name: 'Docker programs', run: async () => ensureDockerPackages((await engineVersion()) !== undefined) },
  ];
  const docker = [
    { name: 'Docker Engine', run: ensureDockerDaemon },
    { name: 'base images', run: () => ensureBaseImages({ testWeb: purpose !== 'demo' }) },
    { name: 'examples/shop/.env', run: ensureShopEnv },
  ];
  const browser = purpose === 'browser' ? [{ name: 'Chromium', run: ensureChromium }] : [];
  const temporal = [{ name: 'Temporal CLI', run: ensureTemporalCli }];
  // Alone, because it may replace the C library, and no other program should start in that moment.
  const hasPrograms = await inTurn(programs);
  const outcomes = await Promise.allSettled([product, temporal, browser, ...(hasPrograms ? [docker] : [])].map(inTurn));
  // Not before the others have ended: they still write, and we hold the lock.
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return hasPrograms && outcomes.every((outcome) => outcome.status === 'fulfilled' && outcome.value);
}

/**
 * @param {{ name: string, run: () => Promise<void> }[]} steps each needs those before it
 * @returns {Promise<boolean>} false where one could not reach its end
 */
async function inTurn(steps) {
  for (const step of steps) {
    try {
      await step.run();
    } catch (error) {
      if (!(error instanceof CannotSetUp)) throw error;
      failed(step.name, error.message);
      return false;
    }
  }
  return true;
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        for: { type: 'string' },
        list: { type: 'boolean' },
        remove: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.for === undefined || purposes.includes(values.for)) return values;
    failed('--for', `${values.for} is none of ${purposes.join(', ')}`);
  } catch (error) {
    failed('arguments', /** @type {Error} */ (error).message);
  }
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

const chosen = readArguments();
if (chosen.help) process.stdout.write(`${usage}\n`);
else if (chosen.list) await list();
else if (chosen.remove) await withSetupLock(remove);
else process.exitCode = (await withSetupLock(() => setUp(chosen.for))) ? 0 : 1;
