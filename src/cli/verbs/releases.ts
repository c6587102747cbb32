import { dockerodeEngine } from '../../docker/dockerode-engine.js';
import type { Verified } from '../../spec/deploy-result.js';
import { EXIT } from '../../spec/outcome.js';
import { type KnownRelease, knownReleases, servingAndTarget } from '../../store/known-releases.js';
import { layoutFrom } from '../../store/layout.js';
import type { Verification } from '../../store/verifications.js';
import { requireStack } from '../choose-stack.js';
import { UsageError } from '../errors.js';
import { kindText, releaseText } from '../render/release-text.js';
import { tableText } from '../render/table.js';
import type { Cli } from '../terminal.js';

/**
 * Lists the releases of the stack on this host, newest first: what serves, where a rollback would go, and what is no longer kept. Of
 * one that is named it prints all that its record says.
 */
export async function releases(cli: Cli, id?: string): Promise<number> {
  const layout = layoutFrom(cli.env);
  const { name } = await requireStack(cli, layout);
  const known = await knownReleases(layout, name);
  const marks = known.length === 0 ? {} : await marksOf(cli, name, known);
  if (id !== undefined) return show(cli, known, { id, stack: name, marks });
  const newestFirst = [...known].reverse();
  if (cli.flags.json) cli.printJson(newestFirst.map((one) => documentOf(one, marks)));
  else if (known.length === 0) cli.say(`${name} has no release on this host: evenkeel deploy`);
  else {
    const columns = ['RELEASE', 'KIND', 'RECORDED', 'BY', 'REVISION', 'VERIFIED', 'NOW', 'WHY'];
    cli.print(
      tableText(
        columns,
        newestFirst.map((one) => cells(one, marks)),
      ),
    );
  }
  return EXIT.ok;
}

function show(cli: Cli, known: KnownRelease[], asked: { id: string; stack: string; marks: Marks }): number {
  const one = known.find(({ release }) => release.id === asked.id);
  if (!one) throw new UsageError(`${asked.stack} has no release "${asked.id}"`, 'list them: evenkeel releases');
  if (cli.flags.json) cli.printJson(documentOf(one, asked.marks));
  else cli.print(releaseText(one, nowOf(one, asked.marks) || 'kept'));
  return EXIT.ok;
}

interface Marks {
  serving?: string;
  target?: string;
}

/** As a rollback would find them. */
async function marksOf(cli: Cli, stack: string, known: KnownRelease[]): Promise<Marks> {
  try {
    const { serving, target } = servingAndTarget(known, await dockerodeEngine(cli.env).containers(stack));
    return { ...(serving ? { serving: serving.id } : {}), ...(target === undefined ? {} : { target }) };
  } catch (error) {
    cli.say(`what serves, and where a rollback would go, is unknown: ${(error as Error).message}`);
    return {};
  }
}

function verifiedOf(verification: Verification | undefined): Verified {
  return verification?.verified ?? 'unknown';
}

/** The record without what only a rollback needs. */
function documentOf({ release, verification, collection }: KnownRelease, { serving, target }: Marks): object {
  const { services, ...record } = release;
  const images = Object.entries(services).map(([service, { imageRef, imageId }]) => [
    service,
    { ref: imageRef, id: imageId },
  ]);
  return {
    ...record,
    images: Object.fromEntries(images) as object,
    verified: verifiedOf(verification),
    ...(verification ? { verification } : {}),
    serves: release.id === serving,
    rollbackTarget: release.id === target,
    kept: collection === undefined,
    ...(collection ? { letGoAt: collection.at } : {}),
  };
}

function cells(known: KnownRelease, marks: Marks): string[] {
  const { id, at, performer = '', source, reason = '' } = known.release;
  const revision = source ? `${source.revision.slice(0, 12)}${source.dirty ? '+' : ''}` : '';
  const recorded = at.replace(/\.\d+Z$/, 'Z');
  const verified = verifiedOf(known.verification);
  return [id, kindText(known.release), recorded, performer, revision, verified, nowOf(known, marks), reason];
}

function nowOf({ release: { id }, collection }: KnownRelease, { serving, target }: Marks): string {
  if (id === serving) return 'serves';
  if (id === target) return 'rollback target';
  return collection === undefined ? '' : 'no longer kept';
}
