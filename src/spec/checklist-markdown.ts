import { renderPlan } from '../plan/render-plan.js';
import { approvalsOf, approvalText } from './approval.js';
import type { DeployResult } from './deploy-result.js';
import { findingText } from './finding.js';
import type { LineState, Progress } from './progress.js';
import type { Question } from './question.js';
import { servedTexts } from './what-serves.js';

/** The UI knows no task lists: it shows their brackets, and leaves empty ones out with what follows. */
const MARKS: Record<LineState, string> = {
  waiting: '- ○',
  running: '- **▶**',
  done: '- ✓',
  failed: '- ✗',
  undone: '- ↩',
  skipped: '- –',
};

/** The UI's frame for this is too low by a line. */
const CLIPPED = '&nbsp;';

/** The checklist as the Temporal UI shows it in a run's current details. */
export function checklistMarkdown(progress: Progress): string {
  const { stack, host, outcome, phase, turnedBackBecause, lines, warnings } = progress;
  const title = `## ${stack}${host ? ` on ${host}` : ''}: ${outcome ?? phase}`;
  const turned = turnedBackBecause ? [`Turned back: ${turnedBackBecause}`] : [];
  const list = lines.map(({ state, title, because, note }) => {
    const cause = because ? ` (${because})` : '';
    return `${MARKS[state]} ${title}${cause}${note ? `: ${note}` : ''}`;
  });
  const notes = warnings.length > 0 ? ['### Warnings', ...warnings.map((warning) => `- ${findingText(warning)}`)] : [];
  const deadline =
    progress.deadlineAtMs === undefined ? [] : [`Has to serve by ${new Date(progress.deadlineAtMs).toISOString()}.`];
  return [
    title,
    ...turned,
    ...deadline,
    ...question(progress.asks),
    ...approval(progress),
    ...ending(progress.result),
    list.join('\n'),
    ...notes,
    CLIPPED,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What only people can decide, with what they have to send. */
function question(asks: Question | undefined): string[] {
  if (!asks) return [];
  const { what, why, look, answers, sinceMs } = asks;
  return [
    `**Asks what to do** since ${new Date(sinceMs).toISOString()}: ${what}: ${why}. Look at it: \`${look}\`. ` +
      `Send the update \`resolve\` with \`{"by":"your name","how":"${answers[0]?.how}","what":"${what}","reason":"why"}\`:`,
    answers.map(({ how, means }) => `- \`${how}\`: ${means}`).join('\n'),
  ];
}

/** What serves where not all could be taken back, and what to do next. */
function ending(result: DeployResult | undefined): string[] {
  if (!result?.next) return [];
  const { serves = [], next } = result;
  const now =
    serves.length === 0
      ? []
      : [
          '**Serves now**:',
          servedTexts(serves)
            .map((text) => `- ${text}`)
            .join('\n'),
        ];
  return [...now, `**Next**: \`${next.command}\`: ${next.means}.`];
}

/** What people are asked, with what they have to send; then who has said yes. */
function approval({ awaitsApproval, approvals = [] }: Progress): string[] {
  const asked = awaitsApproval
    ? [
        `**Waits for approval** of plan \`${awaitsApproval.plan.hash.slice(0, 12)}\`: ` +
          `${approvalsOf(approvals, awaitsApproval.plan.hash).length} of ${awaitsApproval.quorum}, ` +
          `until ${new Date(awaitsApproval.expiresAtMs).toISOString()}. ` +
          'Send the update `approve` or `reject` with `{"by":"your name","reason":"why"}`.',
        ['```', renderPlan(awaitsApproval.plan).trimEnd(), '```'].join('\n'),
      ]
    : [];
  return [...asked, approvals.map((given) => `- ${approvalText(given)}`).join('\n')].filter((part) => part !== '');
}
