import type { Reach } from '../client/connect.js';
import { exitCodeOfEnd } from '../client/deployment-end.js';
import { Deployments, type RunRef } from '../client/deployments.js';
import { EXIT } from '../spec/outcome.js';
import { followRun } from './follow-run.js';
import { interruptible } from './interrupt.js';
import { endDocument, leftDocument } from './render/end-document.js';
import { endText } from './render/end-text.js';
import { jsonLinesView, runView } from './render/run-view.js';
import type { Cli } from './terminal.js';
import { linkTo } from './with-temporal.js';

export interface FollowToEnd {
  /** How long to follow at most. */
  waitTimeoutMs?: number;
  /** With `--json`: a line for each change too, instead of the end alone. */
  jsonLines?: boolean;
}

/** Follows a run, tells how it ended or how to go on with it, and returns the exit code. */
export async function followToEnd(cli: Cli, reach: Reach, run: RunRef, options: FollowToEnd = {}): Promise<number> {
  const { json } = cli.flags;
  const lines = json && options.jsonLines === true;
  const view = lines ? jsonLinesView(cli) : await runView(cli);
  const followed = await interruptible((signal) =>
    followRun(new Deployments(reach.client), run.workflowId, view, {
      signal,
      ...(options.waitTimeoutMs === undefined ? {} : { waitTimeoutMs: options.waitTimeoutMs }),
    }),
  );
  const link = await linkTo(cli, reach, run);
  const print = (document: object): void =>
    lines ? cli.print(JSON.stringify({ kind: 'end', ...document })) : cli.printJson(document);

  if (followed.kind === 'ended') {
    if (json) print(endDocument(followed.end, run, link));
    else cli.say(`\n${endText(followed.end, run, link, cli.colours)}`);
    return exitCodeOfEnd(followed.end);
  }

  const exitCode = followed.kind === 'interrupted' ? EXIT.interrupted : EXIT.stoppedFollowing;
  const why = followed.kind === 'interrupted' ? 'interrupted' : 'stopped following';
  if (json) print(leftDocument(why, exitCode, run, link, followed.asks));
  else {
    cli.say(`\n${why}: the run goes on`);
    cli.say(`  follow it with  evenkeel follow '${run.workflowId}'`);
    cli.say(`  abort it with   evenkeel abort '${run.workflowId}'`);
  }
  return exitCode;
}
