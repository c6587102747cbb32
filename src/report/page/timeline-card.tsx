import { durationText } from '../../spec/duration-text.js';
import { drawTimeline } from '../chart/draw-timeline.js';
import { KIND_WORDS, kindOfStep, type StepKind } from '../chart/step-kind.js';
import type { Outage } from '../outages.js';
import type { StepAccount } from '../run-account.js';
import type { RunReport } from '../run-report.js';
import { reportStretches } from './report-stretches.js';
import { Card, Chart, Legend, Moment, Table } from './parts.js';

const UNTIL: Record<Outage['until'], string> = {
  well: 'its gate saw it well',
  back: 'it was back; no gate was asked',
  never: 'it was not back when the run ended',
};

/** Every step as a bar in the lane of its service, with the times in which a service was away; and both as tables. */
export function TimelineCard({ report }: { report: RunReport }) {
  const { steps, outages } = report;
  if (steps.length === 0) {
    return (
      <Card title="Timeline">
        <p class="soft">The steps are not known: the history of the run was gone before it could be kept.</p>
      </Card>
    );
  }
  const kinds = new Set(steps.map(kindOfStep));
  const entries = (Object.keys(KIND_WORDS) as StepKind[])
    .filter((kind) => kinds.has(kind))
    .map((kind) => ({ colour: `var(--${kind})`, words: KIND_WORDS[kind] }));
  const away = outages.length > 0 ? [{ colour: 'var(--away)', words: 'the service did not serve' }] : [];
  const stretches = reportStretches(report);
  return (
    <Card title="Timeline">
      <Legend entries={[...entries, ...away]} />
      {stretches.map((stretch, index) => (
        <div key={stretch.fromMs}>
          {index > 0 && (
            <p class="gap">nothing was done for {durationText(stretch.fromMs - stretches[index - 1]!.toMs)}</p>
          )}
          <Chart svg={drawTimeline(report, stretch)} />
        </div>
      ))}
      {outages.length > 0 && <Outages outages={outages} />}
      <details>
        <summary>all {steps.length} steps, as a table</summary>
        <Table heads={['Began', 'Step', 'Service', 'Took', 'Tries', 'Came to']}>
          {steps.map((step) => (
            <StepRow key={step.event} step={step} />
          ))}
        </Table>
      </details>
    </Card>
  );
}

function Outages({ outages }: { outages: Outage[] }) {
  return (
    <>
      <h3>Outages</h3>
      <Table heads={['Service', 'From', 'For', 'Taken away by', 'Until']}>
        {outages.map(({ service, fromMs, toMs, by, until }) => (
          <tr key={`${service} ${fromMs}`}>
            <td class="name">{service}</td>
            <td>
              <Moment atMs={fromMs} />
            </td>
            <td>{toMs === undefined ? '' : durationText(toMs - fromMs)}</td>
            <td>{by}</td>
            <td>{UNTIL[until]}</td>
          </tr>
        ))}
      </Table>
      <p class="soft">
        From the creation of the new container, after which Compose stops the old one (or from the beginning of the
        step, where no gate saw that), until a gate saw the service well for the first time. It may be half a second too
        long.
      </p>
    </>
  );
}

function StepRow({ step }: { step: StepAccount }) {
  const {
    title,
    service,
    onTwin,
    judged,
    askedAtMs,
    startedAtMs = askedAtMs,
    endedAtMs,
    attempts,
    note,
    state,
    verdict,
  } = step;
  const about = service ?? [...new Set(judged?.map((one) => one.service))].join(', ');
  const isBad = state === 'failed' || verdict === 'fail';
  const word = state === 'done' ? (verdict ?? 'done') : state;
  return (
    <tr>
      <td>
        <Moment atMs={startedAtMs} />
      </td>
      <td>{title}</td>
      <td>{onTwin && about !== '' ? `${about} (twin)` : about}</td>
      <td class="number">{endedAtMs === undefined ? '' : durationText(endedAtMs - startedAtMs)}</td>
      <td class="number">{attempts > 1 ? attempts : ''}</td>
      <td class={isBad ? 'bad' : undefined}>
        {isBad ? <span class="tone">{word}</span> : word}
        {note === undefined ? '' : `: ${note}`}
      </td>
    </tr>
  );
}
