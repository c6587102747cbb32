import type { Question } from '../../spec/question.js';

/** What a run asks, the command that looks at it, and for each answer the command that gives it. */
export function questionText({ run, what, why, look, answers }: Question): string {
  const [because = ''] = why.split('\n');
  return [
    `? ${what}: ${because}`,
    `  look at it: ${look}`,
    ...answers.map(({ how, means }) => `  evenkeel resolve '${run}' --what '${what}' --how ${how}: ${means}`),
  ].join('\n');
}
