import { dockerodeEngine } from '../../docker/dockerode-engine.js';
import type { Verified } from '../../spec/deploy-result.js';
import { EXIT } from '../../spec/outcome.js';
import { type KnownRelease, knownReleases, servingAndTarget } from '../../store/known-releases.js';
import { layoutFrom } from '../../store/layout.js';
import type { Verification } from '../../store/verifications.js';
import { requireStack } from '../choose-stack.js';
import { tableText } from '../render/table.js';
import type { Cli } from '../terminal.js';

/** Lists the releases of the stack on this host, newest first: what serves, where a rollback would go, and what is no longer kept. */
export async function listOfReleases(cli: Cli): Promise<number> {
  const layout = layoutFrom(cli.env);
  const { name } = await requireStack(cli, layout);
  const known = await knownReleases(layout, name);
  const marks = known.length === 0 ? {} : await marksOf(cli, name, known);
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

function cells({ release, verification, collection }: KnownRelease, { serving, target }: Marks): string[] {
  const { id, kind, repeats, at, performer = '', source, reason = '' } = release;
  const revision = source ? `${source.revision.slice(0, 12)}${source.dirty ? '+' : ''}` : '';
  const isKept = collection === undefined;
  const now = id === serving ? 'serves' : id === target ? 'rollback target' : isKept ? '' : 'no longer kept';
  const what = repeats === undefined ? kind : `${kind} to ${repeats}`;
  return [id, what, at.replace(/\.\d+Z$/, 'Z'), performer, revision, verifiedOf(verification), now, reason];
}
