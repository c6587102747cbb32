import { describe, expect, it } from '@jest/globals';
import { readGoldenHistory } from '../../../scripts/histories/golden-history.js';
import type { HistoryEvent, RawHistory } from '../../../src/report/history-event.js';
import { accountOfHistory } from '../../../src/report/read-history.js';

const RUN = { workflowId: 'deploy/any/shop/2026-11-21T10:00:00.000Z', runId: 'r1' };

function golden(name: string): RawHistory {
  return JSON.parse(readGoldenHistory(name)) as RawHistory;
}

const payload = (value: unknown) => ({ payloads: [{ data: Buffer.from(JSON.stringify(value)).toString('base64') }] });

/** A history of few words: types of events with their attributes, one second after another. */
function history(...events: [type: string, attributes: object][]): RawHistory {
  return {
    events: events.map(([type, attributes], index): HistoryEvent => {
      const name = type.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
      return {
        ...{ eventId: String(index + 1), eventType: `EVENT_TYPE_${type}` },
        ...{ eventTime: `2026-11-21T10:00:0${index}Z`, [`${name}EventAttributes`]: attributes },
      };
    }),
  };
}

const started: [string, object] = [
  'WORKFLOW_EXECUTION_STARTED',
  { workflowType: { name: 'deploy' }, input: payload({ stack: 'shop', performer: 'ann@vm', reason: 'why not' }) },
];

describe('the account that a history gives', () => {
  it('tells who asked for what, when, and how it ended', () => {
    const account = accountOfHistory(golden('deploy-succeeded'), RUN);
    expect(account).toMatchObject({
      ...{ ...RUN, type: 'deploy', stack: 'shop', host: 'harbour' },
      ...{ status: 'completed', ending: 'succeeded', result: { outcome: 'succeeded', touched: ['api', 'web'] } },
    });
    expect(account.endedAtMs! - account.startedAtMs).toBeGreaterThan(1000);
    expect(
      account.steps.every(({ state, startedAtMs, endedAtMs }) => state === 'done' && startedAtMs! <= endedAtMs!),
    ).toBe(true);
  });

  it('has the verdict of each gate, and what each step was about', () => {
    const { steps, ending } = accountOfHistory(golden('deploy-rolled-back'), RUN);
    expect(ending).toBe('rolled-back');
    expect(steps).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ activity: 'awaitHealth', service: 'api', verdict: 'fail', title: 'gate api' }),
        expect.objectContaining({ activity: 'replaceService', service: 'api', worker: 'worker', attempts: 1 }),
      ]),
    );
  });

  it('has the verdict on each service of a step that judges several, and says what was left alone', () => {
    expect(accountOfHistory(golden('rollback-succeeded'), RUN).steps).toContainEqual(
      expect.objectContaining({
        ...{ activity: 'judgeServices', title: 'watch api, web', verdict: 'pass' },
        judged: [
          { service: 'api', verdict: 'pass', reason: expect.stringContaining('healthy') },
          { service: 'web', verdict: 'pass', reason: expect.stringContaining('healthy') },
        ],
      }),
    );
    const { steps } = accountOfHistory(golden('deploy-rolled-back'), RUN);
    const back = steps.filter(({ activity }) => activity === 'restoreService');
    expect(back.map(({ service, untouched }) => [service, untouched])).toEqual([
      ['api', undefined],
      ['web', true],
    ]);
  });

  it('tells steps on the twin from those in the stack', () => {
    const gate = (folder: string): [string, object] => [
      'ACTIVITY_TASK_SCHEDULED',
      { activityType: { name: 'awaitHealth' }, input: payload({ service: 'api', frozen: { folder } }) },
    ];
    const { steps } = accountOfHistory(history(started, gate('runs/w/r/twin/frozen'), gate('runs/w/r/frozen')), RUN);
    expect(steps.map(({ onTwin }) => onTwin)).toEqual([true, undefined]);
  });

  it('has the result of an aborted run, which Temporal itself does not keep, and who aborted it', () => {
    expect(accountOfHistory(golden('deploy-aborted'), RUN)).toMatchObject({
      ...{ status: 'canceled', ending: 'aborted', result: { outcome: 'aborted' } },
      messages: [
        { name: 'abort', kind: 'update', by: expect.any(String) },
        { name: 'cancel', kind: 'cancel' },
      ],
    });
  });

  it('is there for runs that could not report: open, terminated, refused', () => {
    expect(accountOfHistory(history(started), RUN)).toMatchObject({ status: 'open', stack: 'shop', reason: 'why not' });
    const terminated: [string, object] = ['WORKFLOW_EXECUTION_TERMINATED', { reason: 'by hand', identity: 'bob@vm' }];
    expect(accountOfHistory(history(started, terminated), RUN)).toMatchObject({
      ...{ status: 'terminated', ending: 'terminated', message: 'by hand' },
      messages: [{ name: 'terminate', by: 'bob@vm', reason: 'by hand' }],
    });
    const failure = { message: 'no', applicationFailureInfo: { type: 'InvalidInput' } };
    expect(accountOfHistory(history(started, ['WORKFLOW_EXECUTION_FAILED', { failure }]), RUN)).toMatchObject({
      ...{ ending: 'invalid-input', message: 'no' },
    });
  });

  it('says of a step what it died of, and how often it was tried', () => {
    const { steps } = accountOfHistory(
      history(
        started,
        ['ACTIVITY_TASK_SCHEDULED', { activityType: { name: 'stopService' }, input: payload({ service: 'api' }) }],
        ['ACTIVITY_TASK_STARTED', { scheduledEventId: '2', attempt: 3, identity: 'here/1' }],
        ['ACTIVITY_TASK_FAILED', { scheduledEventId: '2', failure: { message: 'away' } }],
      ),
      RUN,
    );
    expect(steps).toMatchObject([
      { title: 'stop service', service: 'api', attempts: 3, worker: 'here/1', state: 'failed', note: 'away' },
    ]);
  });

  it('reads on where a payload is not JSON, as a codec makes them', () => {
    const sealed: [string, object] = [
      'WORKFLOW_EXECUTION_STARTED',
      { workflowType: { name: 'deploy' }, input: { payloads: [{ data: 'AAAA' }] } },
    ];
    expect(accountOfHistory(history(sealed), RUN)).toMatchObject({ stack: 'unknown', status: 'open' });
  });

  it('is refused of what is no history', () => {
    expect(() => accountOfHistory({ events: [] }, RUN)).toThrow(/does not begin with its start/);
  });
});
