import { render } from 'preact-render-to-string';
import type { RunReport } from '../run-report.js';
import { ChangesCard } from './changes-card.js';
import { DataCard } from './data-card.js';
import { EvidenceCard } from './evidence-card.js';
import { FindingsCard } from './findings-card.js';
import { HealthCard } from './health-card.js';
import { LeftoversCard } from './leftovers-card.js';
import { MetricsCard } from './metrics-card.js';
import { PageHeader } from './page-header.js';
import { PeopleCard } from './people-card.js';
import { ResourcesCard } from './resources-card.js';
import { STYLE } from './style.js';
import { TimelineCard } from './timeline-card.js';

/** Nothing is fetched and nothing is run, whatever a log or a reason may hold. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * A run as one HTML page that needs nothing besides itself: no script, no network. Every text is escaped by the renderer; what is
 * set as it stands is our own style and the charts, whose texts are escaped where they are drawn.
 */
export function reportPage(report: RunReport, version: string): string {
  return `<!doctype html>\n${render(<Page report={report} version={version} />)}\n`;
}

function Page({ report, version }: { report: RunReport; version: string }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{`${report.outcome}: ${report.type} of ${report.stack}`}</title>
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <main>
          <PageHeader report={report} />
          <LeftoversCard report={report} />
          <ChangesCard report={report} />
          <TimelineCard report={report} />
          <HealthCard report={report} />
          <ResourcesCard report={report} />
          <MetricsCard report={report} />
          <FindingsCard report={report} />
          <PeopleCard report={report} />
          <DataCard report={report} />
          <EvidenceCard report={report} />
          <footer>
            Written by evenkeel {version}. Times are UTC, by the clock of Temporal's server; what containers did is by
            their host's.
          </footer>
        </main>
      </body>
    </html>
  );
}
