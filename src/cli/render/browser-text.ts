import { SAMPLE_INPUTS, SAMPLE_QUERIES } from '../../client/sample-inputs.js';
import { searchLink, startLink } from '../../client/ui-links.js';

/** Something that a person can do in the Temporal UI, and its page there. */
interface Entry {
  title: string;
  link: string;
}

/** The pages that start a run, by workflow type with an input to type in, and those that find runs. */
export function browserEntries(ui: string, namespace: string): { start: (Entry & { input: object })[]; find: Entry[] } {
  return {
    start: Object.entries(SAMPLE_INPUTS).map(([type, input]) => ({
      ...{ title: type, input },
      link: startLink(ui, namespace, type),
    })),
    find: Object.entries(SAMPLE_QUERIES).map(([title, query]) => ({
      title,
      link: searchLink(ui, namespace, query),
    })),
  };
}

/** The same for people, a line each. */
export function browserText(ui: string, namespace: string): string {
  const { start, find } = browserEntries(ui, namespace);
  return [
    'in the browser, start a run with an input of yours:',
    ...start.map(({ title, link, input }) => `  ${title.padEnd(12)} ${JSON.stringify(input)}\n    ${link}`),
    'and find runs:',
    ...find.map(({ title, link }) => `  ${title}\n    ${link}`),
  ].join('\n');
}
