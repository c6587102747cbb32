import type { RunReport } from '../run-report.js';
import { Card, Fact, Moment } from './parts.js';

/** Which run it was, where all of it is kept, and how to tell that nothing was changed since. */
export function EvidenceCard({ report: { workflowId, runId, evidence, ui } }: { report: RunReport }) {
  const seal = evidence?.seal;
  return (
    <Card title="Evidence">
      <dl class="facts">
        <Fact name="Workflow">{workflowId}</Fact>
        <Fact name="Run">{runId}</Fact>
        <Fact name="Folder on its host">{evidence?.folder ?? 'not on this host'}</Fact>
        <Fact name="Sealed">
          {seal ? (
            <>
              <Moment atMs={Date.parse(seal.sealedAt)} />, number {seal.number}
            </>
          ) : (
            'not yet'
          )}
        </Fact>
        <Fact name="Hash of its index">{seal?.index}</Fact>
        <Fact name="Hash of the one before">{seal?.previous ?? undefined}</Fact>
      </dl>
      <p>
        Compare with what was sealed: <code>evenkeel audit verify {runId}</code>
      </p>
      {ui !== undefined && (
        <p>
          <a href={ui} rel="noreferrer">
            The run in the Temporal UI
          </a>
          <span class="soft"> (as long as Temporal keeps it)</span>
        </p>
      )}
    </Card>
  );
}
