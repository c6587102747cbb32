import type { Verdict } from '../src/gates/verdict.js';
import type { Step } from '../src/plan/plan.js';
import type { StoreProof } from '../src/spec/backup.js';
import type { RehearsalMode, RehearsalReport, Twin, TwinDerivation } from '../src/spec/rehearsal.js';
import { judgeTwin } from '../src/twin/judge-twin.js';
import type { DeploymentRun } from './deployment-run.js';
import type { Bench } from './judge.js';
import { GateFailed, unverified } from './turning-points.js';

/** What a rehearsal has seen so far: every verdict is weighed with what the twin lacks, and kept for the report. */
export class Rehearsal {
  readonly report: RehearsalReport;
  private readonly startedAtMs = Date.now();
  private readonly unwell = new Set<string>();
  private readonly emptied: Record<string, string[]>;

  constructor(
    private readonly run: DeploymentRun,
    mode: RehearsalMode,
    { outside, twin }: TwinDerivation,
  ) {
    this.emptied = twin?.facts.emptied ?? {};
    const reason = mode === 'off' ? 'left out' : twin ? 'under way' : 'nothing could be put on a twin';
    this.report = { mode, verdict: 'skipped', reason, services: [], outside, stores: [], durationMs: 0 };
    run.rehearsal = this.report;
  }

  /** The twin as a place where services are judged. Throws `GateFailed` on evidence against the release. */
  bench(twin: Twin): Bench {
    return {
      phase: 'rehearsal',
      frozen: twin.frozen,
      prefix: 'twin: ',
      mentions: false,
      // What fails here may be no evidence against the release, and then the others count.
      untilOneFails: false,
      settle: (step, verdict) => this.weigh(twin, step, verdict),
    };
  }

  /** Notes a verdict on a service of the twin, and stops the run where it is evidence against the release. */
  weigh({ rehearsed, facts }: Twin, { service }: Pick<Step, 'service'>, seen: Verdict): void {
    const verdict = judgeTwin({ verdict: seen, rehearsed, facts, unwell: [...this.unwell] });
    if (seen.verdict !== 'pass') this.unwell.add(service);
    if (rehearsed.includes(service)) this.note(verdict);
    if (verdict.verdict === 'fail') throw new GateFailed(verdict);
    if (verdict.verdict === 'inconclusive') this.doubt(verdict);
  }

  /** The stores of the backup have been restored on the twin; how long ago they were backed up is the recovery point. */
  restored(proofs: StoreProof[], durationMs: number, takenAtMs: (store: string) => number): void {
    if (proofs.length === 0) return;
    this.report.stores = proofs.map((proof) => {
      return { ...proof, backupAgeMs: Math.max(0, this.startedAtMs - takenAtMs(proof.store)) };
    });
    this.report.rtoMs = durationMs;
    this.report.rpoMs = Math.max(...this.report.stores.map(({ backupAgeMs }) => backupAgeMs));
  }

  /** The end, as far as nothing has failed. Throws `GateFailed` where all has to be told, and is not. */
  conclude(): void {
    const { report } = this;
    if (report.mode === 'off') return;
    for (const { service, ...ran } of report.services) {
      const missing = this.emptied[service] ?? [];
      if (ran.verdict !== 'pass' || missing.length === 0) continue;
      // Where there is no data, there is none that a release could break on.
      const reason = `it ran well, and what it has in the stack was not there: ${missing.join(', ')}`;
      const verdict: Verdict = { service, verdict: 'inconclusive', reason, durationMs: 0 };
      this.note(verdict);
      this.doubt(verdict);
    }
    const open = report.services.filter(({ verdict }) => verdict !== 'pass');
    const unrehearsed = [...open.map(({ service }) => service), ...report.outside.map(({ service }) => service)];
    report.verdict = unrehearsed.length > 0 ? 'inconclusive' : report.services.length > 0 ? 'pass' : 'skipped';
    report.reason =
      report.verdict === 'skipped'
        ? 'no service was to be rehearsed'
        : report.verdict === 'pass'
          ? `${report.services.map(({ service }) => service).join(', ')} ran well`
          : `not told of ${unrehearsed.join(', ')}`;
  }

  fail(because: string): void {
    this.report.verdict = 'fail';
    this.report.reason = because;
  }

  /** To be called once the twin is gone. */
  close(): void {
    this.report.durationMs = Date.now() - this.startedAtMs;
  }

  /** One entry a service: its worst verdict, and the time of all of them. */
  private note({ service, verdict, reason, durationMs }: Verdict): void {
    const known = this.report.services.find((entry) => entry.service === service);
    if (!known) {
      this.report.services.push({ service, verdict, reason, durationMs });
      return;
    }
    known.durationMs += durationMs;
    if (RANK[verdict] > RANK[known.verdict]) Object.assign(known, { verdict, reason });
  }

  /** With `required` a release that could not be told well is not deployed. */
  private doubt(verdict: Verdict): void {
    if (this.report.mode === 'required') throw new GateFailed(verdict);
    const finding = unverified(verdict);
    this.run.checklist.warn({ ...finding, rule: 'not-rehearsed', message: `on the twin, ${finding.message}` });
  }
}

const RANK = { pass: 0, inconclusive: 1, fail: 2 } as const;
