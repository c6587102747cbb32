import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Deployments } from '../../src/client/deployments.js';
import { startHold } from '../../src/client/holds.js';
import { packageRoot } from '../../src/package-root.js';
import type { DeployRequest } from '../../src/spec/deploy-input.js';
import type { Progress } from '../../src/spec/progress.js';
import { takeEpoch } from '../../src/store/epoch.js';
import { BenchStack } from '../bench/bench-stack.js';
import type { OwnServer } from '../bench/own-server.js';

/** What of the stack `pair` of the tests is another way in the golden histories. */
export interface Variation {
  /** Changes the text of the Compose file. */
  compose?: (text: string) => string;
}

/** A small stack whose runs become golden histories. */
export class GoldenStack {
  private constructor(
    private readonly server: OwnServer,
    readonly bench: BenchStack,
    private readonly compose: string,
  ) {}

  /** Writes and registers it. Starts nothing. */
  static async make(server: OwnServer, what: string, { compose = (text) => text }: Variation): Promise<GoldenStack> {
    const pair = await readFile(path.join(packageRoot(), 'test', 'stacks', 'pair', 'compose.yaml'), 'utf8');
    const text = compose(pair);
    const bench = await BenchStack.make(server, what, { 'compose.yaml': text, '.env': 'VERSION=1\n' });
    await bench.register();
    return new GoldenStack(server, bench, text);
  }

  /** Another release is asked for from now on. */
  async ask(variables: Record<string, string | number>, compose = this.compose): Promise<void> {
    await this.bench.set(variables);
    await this.bench.write('compose.yaml', compose);
  }

  /** Asks for a deployment and returns its workflow id at once. */
  async start(request: Partial<DeployRequest> = {}): Promise<string> {
    return (await this.deployments.start({ ...this.common, ...request })).workflowId;
  }

  /** Deploys to the end, which has to be the expected one. */
  async deploy(expected: string, request: Partial<DeployRequest> = {}): Promise<string> {
    return this.ended(await this.start(request), expected);
  }

  async backUp(): Promise<string> {
    const { workflowId } = await this.deployments.startBackup(this.common);
    return this.ended(workflowId, 'succeeded');
  }

  async rollBack(expected: string, to?: string): Promise<string> {
    const { workflowId } = await this.deployments.startRollback({
      ...this.common,
      ...(to === undefined ? {} : { to }),
    });
    return this.ended(workflowId, expected);
  }

  /** Rolls back with the data, once a person has approved it. */
  async rollBackWithData(expected: string): Promise<string> {
    const { workflowId } = await this.deployments.startRollback({ ...this.common, restoreData: true });
    for (;;) {
      const { awaitsApproval, outcome } = await this.progress(workflowId);
      if (awaitsApproval || outcome !== undefined) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.deployments.say(workflowId, 'approve', { by: this.common.performer });
    return this.ended(workflowId, expected);
  }

  async restore(expected: string): Promise<string> {
    const { workflowId } = await this.deployments.startRestore(this.common);
    return this.ended(workflowId, expected);
  }

  /** Has nothing act on it by itself for a while. */
  async hold(): Promise<string> {
    return (await startHold(this.server.client, { ...this.common, reason: 'a look by hand' })).workflowId;
  }

  /** Aborts a run as soon as it is at work on something. */
  async abortDuring(workflowId: string, line: string): Promise<string> {
    await this.isAt(workflowId, line);
    await this.deployments.say(workflowId, 'abort', { by: this.common.performer });
    return this.ended(workflowId, 'aborted');
  }

  /** The same, but another run takes the turn: this one can go neither on nor back. */
  async overtakeDuring(workflowId: string, line: string, expected: string): Promise<string> {
    await this.isAt(workflowId, line);
    const other = { workflowId: 'deploy/any/shop/another', runId: 'another' };
    await takeEpoch(this.server.layout, this.bench.name, other, new Date());
    return this.ended(workflowId, expected);
  }

  private async isAt(workflowId: string, line: string): Promise<void> {
    for (;;) {
      const { lines, outcome } = await this.progress(workflowId);
      if (outcome !== undefined) throw new Error(`${workflowId} ended as ${outcome} before "${line}" began`);
      if (lines.some(({ id, state }) => id === line && state === 'running')) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Throws unless the run ends with the expected outcome. */
  private async ended(workflowId: string, expected: string): Promise<string> {
    const end = await this.deployments.end(workflowId);
    const outcome = end.kind === 'reported' ? end.report.outcome : `${end.kind}: ${end.message}`;
    if (outcome === expected) return workflowId;
    const why = end.kind === 'reported' ? (end.report.failure?.message ?? '') : '';
    throw new Error(`${workflowId} ended as ${outcome}, not as ${expected}: ${why}`);
  }

  private get common() {
    return { stack: this.bench.name, performer: 'ann' };
  }

  private get deployments(): Deployments {
    return new Deployments(this.server.client);
  }

  private async progress(workflowId: string): Promise<Progress> {
    return this.deployments.progress(workflowId);
  }
}
