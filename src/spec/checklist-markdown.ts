import { findingText } from './finding.js';
import type { LineState, Progress } from './progress.js';

const MARKS: Record<LineState, string> = {
  waiting: '- [ ]',
  running: '- [ ] **▶**',
  done: '- [x]',
  failed: '- [ ] ✗',
  undone: '- [ ] ↩',
  skipped: '- [ ] –',
};

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
  return [title, ...turned, list.join('\n'), ...notes].filter((part) => part !== '').join('\n\n');
}
