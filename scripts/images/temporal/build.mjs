/**
 * Builds the image that stands in for Temporal's official ones where no image registry can be reached, from the sources
 * that Go's module proxy has: `node scripts/images/temporal/build.mjs`. It takes some ten minutes of two processors.
 */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readImages } from '../../setup/base-images.mjs';
import { inCache } from '../../setup/paths.mjs';
import { must, onPath } from '../../setup/run.mjs';

/** What the embedded server of the Temporal CLI is, too. */
export const SERVER = '1.29.1';
const UI = '2.42.1';
export const IMAGE = `evenkeel-local/temporal:${SERVER}`;

const compileMs = 3 * 3600_000;

/** Afterwards the image is on this machine. Programs that have been compiled before are taken as they are. */
export async function buildTemporalImage() {
  const context = inCache('temporal-image');
  mkdirSync(context, { recursive: true });
  await program(context, 'temporal-server', `go.temporal.io/server/cmd/server@v${SERVER}`);
  await program(context, 'temporal-sql-tool', `go.temporal.io/server/cmd/tools/sql@v${SERVER}`);
  await program(context, 'ui-server', `github.com/temporalio/ui-server/v2/cmd/server@v${UI}`);
  const own = onPath('temporal') ?? inCache('bin', 'temporal');
  cpSync(own, path.join(context, 'temporal'));
  const modules = (await must('go', ['env', 'GOMODCACHE'])).trim();
  rmSync(path.join(context, 'config'), { recursive: true, force: true });
  mkdirSync(path.join(context, 'config'));
  const uiConfig = path.join(modules, 'github.com', 'temporalio', 'ui-server', `v2@v${UI}`, 'config', 'docker.yaml');
  cpSync(uiConfig, path.join(context, 'config', 'docker.yaml'));
  const dockerfile = path.join(path.dirname(fileURLToPath(import.meta.url)), 'Dockerfile');
  const options = ['--network', 'host', '--build-arg', `BASE=${readImages().debian}`, '--file', dockerfile];
  await must('docker', ['build', '--quiet', ...options, '--tag', IMAGE, context], {
    env: { DOCKER_BUILDKIT: '1' },
    timeoutMs: compileMs,
  });
}

/** @param {string} folder @param {string} name @param {string} source import path and version */
async function program(folder, name, source) {
  const target = path.join(folder, name);
  if (existsSync(target)) return;
  const bin = path.join(folder, 'bin');
  console.log(`compiling ${name}`);
  await must('nice', ['-n', '10', 'go', 'install', '-trimpath', '-ldflags', '-s -w', source], {
    env: { GOBIN: bin, CGO_ENABLED: '0', GOTOOLCHAIN: 'auto' },
    timeoutMs: compileMs,
  });
  cpSync(path.join(bin, path.basename(source.split('@')[0] ?? '')), target);
  rmSync(bin, { recursive: true });
}

if (import.meta.url === `file://${process.argv[1]}`) {
  await buildTemporalImage();
  console.log(IMAGE);
}
