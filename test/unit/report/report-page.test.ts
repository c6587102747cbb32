import { describe, expect, it } from '@jest/globals';
import { parseHTML } from 'linkedom';
import type { Plan } from '../../../src/plan/plan.js';
import { reportPage } from '../../../src/report/page/report-page.js';
import type { RunAccount } from '../../../src/report/run-account.js';
import type { RunEvidence } from '../../../src/report/run-evidence.js';
import { reportOf } from '../../../src/report/run-report.js';
import { accountOfGolden, sampleOf } from '../../support/past-run.js';

/** A run that was taken back, with the evidence that such a run leaves; `text` is wherever others have a say. */
async function takenBack(text: string): Promise<{ account: RunAccount; evidence: RunEvidence }> {
  const account = await accountOfGolden('deploy-rolled-back', { reason: text, by: text });
  const atMs = account.steps.find(({ activity }) => activity === 'awaitHealth')!.startedAtMs!;
  account.steps = account.steps.map((step) => (step.verdict === 'fail' ? { ...step, title: text, note: text } : step));
  account.messages = [{ event: 900, name: text, kind: 'signal', by: text, reason: text, atMs }];
  const leftover = { what: text, why: text, command: text, debris: false };
  account.result = {
    ...account.result!,
    failure: { phase: 'replace', service: text, message: text, excerpt: [text, text] },
    warnings: [{ rule: text, severity: 'warning', message: text, remedy: text, service: text }],
    leftovers: [leftover],
    serves: [{ service: text, container: text, state: 'exited', restarts: 0, image: text, issue: text }],
    next: { command: text, means: text },
    remarks: [text],
    approvals: [{ by: text, reason: text, planHash: text, atMs, voidedBecause: text }],
  };
  const gate = { kind: 'long-running' };
  const step = {
    kind: 'replace',
    service: 'api',
    because: [text],
    image: { ref: text, id: '' },
    gate,
    replaces: ['c'],
  };
  const used = (at: number) => ({
    atMs: at,
    containers: [{ container: text, service: text, cpuMs: at - atMs, memoryBytes: 9e6 }],
  });
  return {
    account,
    evidence: {
      folder: `/runs/${text}`,
      plan: { waves: [[step]] } as unknown as Plan,
      health: [
        {
          service: 'api',
          samples: [
            sampleOf({ atMs, container: text }),
            sampleOf({ atMs: atMs + 500, container: text, state: 'exited', exitCode: 3 }),
          ],
        },
      ],
      resources: [used(atMs), used(atMs + 2000), used(atMs + 4000)],
      metrics: { before: { [text]: { restarts: 1, memoryBytes: 2 ** 20 } }, after: { [text]: { restarts: 0 } } },
      scans: [
        {
          ...{ service: 'api', lines: 9 },
          findings: [
            {
              ...{ rule: text, severity: 'error', cause: text, remedy: text, service: text },
              ...{ line: 3, count: 2, excerpt: [text] },
            },
          ],
        },
      ],
      endpoints: [
        {
          service: 'api',
          verdict: 'fail',
          reason: text,
          endpoints: [{ container: text, verdict: 'fail', reason: text }],
        },
      ],
    },
  };
}

async function pageWith(text: string, ui?: string) {
  const { account, evidence } = await takenBack(text);
  const html = reportPage(reportOf(account, evidence, { nowMs: 0, ...(ui === undefined ? {} : { ui }) }), '0.1.0');
  return { html, document: parseHTML(html).document };
}

const texts = (document: Document, selector: string) =>
  [...document.querySelectorAll(selector)].map((element) => element.textContent);

describe('the page about a run', () => {
  it('says first how it ended and what is to blame, and has a part for everything that is known', async () => {
    const { document } = await pageWith('no');
    expect(document.title).toBe('rolled-back: deploy of shop');
    expect(texts(document, '.badge')).toEqual(['rolled-back']);
    expect(texts(document, 'h1')).toEqual(['deploy of shop on harbour']);
    expect(texts(document, 'h2')).toEqual([
      ...['Left to do', 'What changed, and why', 'Timeline', 'Health, as the gates saw it'],
      ...['What the stack used meanwhile', 'Before and after', 'Findings', 'Approvals and messages', 'Evidence'],
    ]);
  });

  it('draws each step as a bar in the lane of its service, and the outage, and lists both', async () => {
    const { document } = await pageWith('no');
    const { steps } = await accountOfGolden('deploy-rolled-back');
    const [timeline, health] = [...document.querySelectorAll('svg')];
    const bars = [...timeline!.querySelectorAll('rect title')].map((title) => title.textContent ?? '');
    expect(bars.filter((title) => !title.includes('did not serve'))).toHaveLength(steps.length);
    expect(bars).toContainEqual(expect.stringMatching(/^api did not serve for 1\d\.\ds$/));
    expect(bars).toContainEqual(expect.stringMatching(/^replace api: configuration changed \(4\.\ds\)$/));
    expect([...health!.querySelectorAll('rect title')].map((title) => title.textContent)).toEqual([
      expect.stringMatching(/^no: running, starting \(0\.5s\)$/),
      expect.stringMatching(/^no: exited with 3 \(\d+\.\ds\)$/),
    ]);
    expect(document.querySelectorAll('details tbody tr').length).toBeGreaterThan(steps.length);
    for (const svg of document.querySelectorAll('svg')) {
      expect([svg.getAttribute('role'), svg.getAttribute('aria-label')]).toEqual(['img', expect.stringMatching(/./)]);
    }
  });

  it.each([
    ['a script', '<script>alert(1)</script>'],
    ['the end of what it stands in', '</title></style></pre></svg><script src=//evil></script>'],
    ['quotes', `" onload="alert(1)" x='y' \`z\``],
    ['an image', '<img src=x onerror=alert(1)>'],
    ['what looks escaped', '&lt;b&gt; &amp;quot; &#60;'],
    ['a comment', '<!-- --> ]]> <![CDATA['],
  ])('shows hostile text as it is: %s', async (_, text) => {
    const { document, html } = await pageWith(text);
    expect(document.querySelectorAll('script, img, iframe, object, embed, link, base, form')).toHaveLength(0);
    expect(
      [...document.querySelectorAll('*')]
        .flatMap((element) => element.getAttributeNames())
        .filter((name) => name.startsWith('on')),
    ).toEqual([]);
    expect(document.querySelectorAll('style')).toHaveLength(1);
    expect(texts(document, 'header pre')).toEqual([`${text}\n${text}`]);
    expect(texts(document, 'dd')).toContain(text);
    // Lists, tables and charts as well: nothing of it has become markup.
    expect(texts(document, 'section pre')).toContain(text);
    expect(texts(document, 'td')).toContain(text);
    expect(texts(document, 'svg title')).toContainEqual(`${text} (4.7s): ${text}`);
    expect(html.match(/<svg/g)).toHaveLength(document.querySelectorAll('svg').length);
  });

  it('needs nothing but itself: no script, no address to load from', async () => {
    const { document, html } = await pageWith('no', 'http://127.0.0.1:8233/namespaces/default/workflows/w/r');
    expect(texts(document, 'a')).toEqual(['The run in the Temporal UI']);
    const loaded = [...document.querySelectorAll('[src], [srcset], link, use, image')];
    expect(loaded).toHaveLength(0);
    expect(html).not.toMatch(/url\(|@import/);
    expect(document.querySelector('meta[http-equiv]')?.getAttribute('content')).toContain("default-src 'none'");
  });

  it('follows light, dark and paper', async () => {
    const { html } = await pageWith('no');
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('@media print');
    // Charts take their colours from the page.
    expect(html.match(/<rect fill="(?!var\(--)/)).toBeNull();
  });

  it.each([
    'deploy-rejected',
    'deploy-planned',
    'backup-succeeded',
    'restore-rejected',
    'rollback-succeeded',
    'deploy-rehearsed',
  ])('can be written of any run: %s', async (name) => {
    const html = reportPage(reportOf(await accountOfGolden(name), undefined, { nowMs: 0 }), '0.1.0');
    const { document } = parseHTML(html);
    expect(document.querySelectorAll('svg').length).toBeGreaterThan(0);
    expect(html).not.toMatch(/undefined|NaN|\[object/);
  });

  it('says so where the history is gone', async () => {
    const account = await accountOfGolden('deploy-succeeded', { steps: [], messages: [] });
    const { document } = parseHTML(reportPage(reportOf(account, undefined, { nowMs: 0 }), '0.1.0'));
    expect(document.querySelectorAll('svg')).toHaveLength(0);
    expect(document.body.textContent).toContain('The steps are not known');
  });
});
