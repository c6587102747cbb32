/** Runs one deployment for a job of GitHub Actions: outputs, step summary and annotations, and evenkeel's own exit code. */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { annotations, outputs, summary } from './report.mjs';

const { env } = process;

const child = spawn(env.EVENKEEL_COMMAND || 'evenkeel', commandLine(), { stdio: ['ignore', 'pipe', 'inherit'] });
// A cancelled job only stops following: the deployment goes on, and the summary says how to abort it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));

let stdout = '';
child.stdout.on('data', (data) => (stdout += data));
child.once('error', (error) => finish({ error: { type: 'NotStarted', message: error.message, exitCode: 127 } }, 127));
// Where it could not be started, that is what this says, with a negative code.
child.once('close', (code) => {
  if (code === null || code >= 0) finish(documentIn(stdout), code ?? 130);
});

function commandLine() {
  const given = (flag, value) => (value ? [flag, value] : []);
  const words = (text) => (text ?? '').split(/\s+/).filter((word) => word !== '');
  return [
    ...['--json', '--project-name', env.EVENKEEL_STACK ?? '', ...given('--host', env.EVENKEEL_HOST), 'deploy'],
    ...given('--reason', env.EVENKEEL_REASON),
    ...(env.EVENKEEL_DRY_RUN === 'true' ? ['--dry-run'] : []),
    ...words(env.EVENKEEL_ARGS),
    ...words(env.EVENKEEL_SERVICES),
  ];
}

/** What was printed, where it is the one document that `--json` promises. */
function documentIn(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { error: { type: 'NoAnswer', message: 'evenkeel printed no document; see the log above' } };
  }
}

function finish(document, exitCode) {
  append(env.GITHUB_OUTPUT, outputs(document, exitCode));
  append(env.GITHUB_STEP_SUMMARY, summary(env.EVENKEEL_STACK ?? '', document, exitCode));
  for (const line of annotations(document)) console.log(line);
  process.exitCode = exitCode;
}

function append(file, text) {
  if (file) appendFileSync(file, text);
}
