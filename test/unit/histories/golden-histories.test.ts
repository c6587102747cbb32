import { describe, expect, it } from '@jest/globals';
import { endsToStore } from '../../../scripts/histories/ends.js';
import { goldenHistories, readGoldenHistory } from '../../../scripts/histories/golden-history.js';
import { factsOf } from '../../../scripts/histories/history-facts.js';
import { STAGED } from '../../../scripts/histories/staged-ways.js';
import { WAYS } from '../../../scripts/histories/ways.js';
import * as messages from '../../../workflows/messages.js';
import { fakeSteps } from '../../support/fake-steps.js';

const stored = goldenHistories().map((name) => ({ name, ...factsOf(readGoldenHistory(name)) }));
const ends = stored.map(({ type, end }) => `${type} ${end}`);

describe('the golden histories', () => {
  it.each(endsToStore())('have one of every way in which a workflow can end: %s', (end) => {
    expect(ends).toContain(end);
  });

  it('end in no other way than the list knows', () => {
    expect(ends.filter((end) => !endsToStore().includes(end))).toEqual([]);
  });

  it('have one of every message that a workflow takes, and of a reset', () => {
    const known = Object.values(messages).filter(({ type }) => type !== 'query');
    const said = stored.flatMap((one) => one.said);
    expect(known.map(({ name }) => name).filter((name) => !said.includes(name))).toEqual([]);
    expect(stored.filter(({ isReset }) => isReset)).not.toEqual([]);
  });

  it('have one of every step, but for that which a worker takes in hand for its run', () => {
    const asked = stored.flatMap(({ steps }) => steps);
    expect(Object.keys(fakeSteps().steps).filter((step) => !asked.includes(step))).toEqual(['lookIfHere']);
  });

  it('are not made of a run that goes on', () => {
    const { events } = JSON.parse(readGoldenHistory('deploy-succeeded')) as { events: object[] };
    expect(() => factsOf(JSON.stringify({ events: events.slice(0, -1) }))).toThrow('has to be closed');
  });

  it('are those that the script stores', () => {
    const made = [...WAYS.flatMap(({ names }) => names), ...STAGED.map(({ name }) => name)];
    expect(stored.map(({ name }) => name)).toEqual(made.sort());
  });
});
