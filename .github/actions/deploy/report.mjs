/** What a job is told of a deployment, from the document that `evenkeel --json deploy` prints. */

/** What the outcome is called where no run has come to one. */
const outcomeOf = ({ outcome, error, waves }) => outcome ?? error?.type ?? (waves ? 'planned' : 'succeeded');

/** Lines for GITHUB_OUTPUT. A value that held a line break would be another output. */
export function outputs(document, exitCode) {
  const values = {
    outcome: outcomeOf(document),
    release: document.release ?? '',
    run: document.workflowId ?? '',
    'exit-code': exitCode,
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${String(value).replace(/[\r\n]+/g, ' ')}\n`)
    .join('');
}

/** Workflow commands that show an error, each leftover and each warning at the job. */
export function annotations({ error, failure, leftovers = [], next, warnings = [] }) {
  const lines = [];
  if (error) {
    const where = failure ? `${failure.phase}${failure.service ? `, ${failure.service}` : ''}: ` : '';
    const next = error.remedy ? ` → ${error.remedy}` : '';
    lines.push(command('error', `evenkeel: ${error.type}`, `${where}${error.message}${next}`));
  }
  for (const { what, why, command: fix } of leftovers) lines.push(command('error', `left: ${what}`, `${why}: ${fix}`));
  if (next) lines.push(command('error', 'evenkeel: next', `${next.command}: ${next.means}`));
  for (const { rule, message } of warnings) lines.push(command('warning', `evenkeel: ${rule}`, message));
  return lines;
}

function command(kind, title, message) {
  return `::${kind} title=${escaped(title).replaceAll(':', '%3A').replaceAll(',', '%2C')}::${escaped(message)}`;
}

function escaped(text) {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Markdown for GITHUB_STEP_SUMMARY. */
export function summary(stack, document, exitCode) {
  const { error, failure, release, previousRelease, host, workflowId, ui } = document;
  const list = (names) => (names?.length > 0 ? names.map(code).join(', ') : undefined);
  const rows = [
    ['host', host && code(host)],
    ['release', release && `${code(release)}${previousRelease ? ` (before: ${code(previousRelease)})` : ''}`],
    ['replaced', list(document.touched)],
    ['brought back', list(document.restored)],
    ['unchanged', list(document.unchanged)],
    ['would change', document.waves && list(document.waves.flat().map(({ service }) => service))],
    ['run', workflowId && (ui ? `[${code(workflowId)}](${ui})` : code(workflowId))],
    ['exit code', code(String(exitCode))],
  ].filter(([, value]) => value);
  return [
    `### ${error ? '❌' : '✅'} ${code(stack)}: ${outcomeOf(document)}`,
    '',
    ...(error ? [inText(error.message), '', ...(error.remedy ? [`→ ${inText(error.remedy)}`, ''] : [])] : []),
    ...(failure?.excerpt?.length > 0 ? [fenced(failure.excerpt.join('\n')), ''] : []),
    '| | |',
    '| --- | --- |',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
    ...(document.leftovers ?? []).flatMap(({ what, why, command: fix }) => [
      `- left: ${inText(what)}: ${inText(why)} ${code(fix)}`,
    ]),
    ...(document.next ? [`- next: ${code(document.next.command)} ${inText(document.next.means)}`] : []),
    ...(document.warnings ?? []).map(({ rule, message }) => `- ⚠️ ${code(rule)} ${inText(message)}`),
    '',
  ].join('\n');
}

/** Text of others as text: no markup, no table cells, no HTML. */
function inText(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]|]/g, '\\$&')
    .replace(/\s*\n\s*/g, '<br>');
}

function code(text) {
  return `\`${text.replace(/[`\r\n|]/g, ' ')}\``;
}

/** A fence that is longer than any in the text. */
function fenced(text) {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
