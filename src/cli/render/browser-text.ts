import { SAMPLE_INPUTS, SAMPLE_LOOK_QUERIES, SAMPLE_QUERIES } from '../../client/sample-inputs.js';
import { searchLink, startLink } from '../../client/ui-links.js';
import { checksNamespace } from '../../names.js';

/** Something that a person can do in the Temporal UI, and its page there. */
interface Entry {
  title: string;
  link: string;
}

/** The pages that start a run, by workflow type with an input to type in, and those that find runs. */
export function browserEntries(ui: string, namespace: string): { start: (Entry & { input: object })[]; find: Entry[] } {
  const found = (queries: Record<string, string>, where: string): Entry[] =>
    Object.entries(queries).map(([title, query]) => ({ title, link: searchLink(ui, where, query) }));
  return {
    start: Object.entries(SAMPLE_INPUTS).map(([type, input]) => ({
      ...{ title: type, input },
      link: startLink(ui, namespace, type),
    })),
    find: [...found(SAMPLE_QUERIES, namespace), ...found(SAMPLE_LOOK_QUERIES, checksNamespace(namespace))],
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
