import { afterAll, describe, expect, it } from '@jest/globals';
import { hostActivities } from '../../activities/index.js';
import type { World } from '../../activities/world.js';
import { cases, inDepth } from '../support/in-depth.js';
import { survive } from '../support/kill-courses.js';
import { KillRange } from '../support/kill-range.js';
import { type Course, reducedGrid, STEPS_UNDER_FIRE } from '../support/steps-under-fire.js';

const COURSES = cases<Course>(
  ['deployed', 'taken back', 'rehearsed', 'restored in vain'],
  reducedGrid().map(([course]) => course),
);

/** Courses run side by side, on a host each: most of their time they wait for a dead worker to be missed. */
const LANES = 3;

/** Ranges that no lane has closed yet: a test that is out of time leaves its lanes behind. */
const openRanges = new Set<KillRange>();

async function close(range: KillRange): Promise<void> {
  if (openRanges.delete(range)) await range.close();
}

afterAll(async () => {
  await Promise.all([...openRanges].map(close));
}, 60_000);

/** Once one course has not come to its end, each lane ends with the course that it is at. */
async function surviveAll(courses: ReturnType<typeof reducedGrid>, hasRows = false): Promise<void> {
  const left = [...courses];
  const met: [object, object][] = [];
  const lane = async (): Promise<void> => {
    const range = await KillRange.open('mortal Temporal', hasRows);
    openRanges.add(range);
    try {
      for (let next = left.shift(); next; next = left.shift()) {
        const [course, cells] = next;
        const { came, had } = await survive(range, course, cells);
        met.push([
          { course, ...came },
          { course, ...had },
        ]);
      }
    } finally {
      await close(range);
    }
  };
  const lanes = Array.from({ length: LANES }, () => lane().finally(() => left.splice(0)));
  const ends = await Promise.allSettled(lanes);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  expect(met.map(([came]) => came)).toEqual(met.map(([, had]) => had));
}

describe('the kill matrix', () => {
  it('knows every step that a host can be asked for', () => {
    expect(Object.keys(STEPS_UNDER_FIRE).sort()).toEqual(Object.keys(hostActivities({} as World)).sort());
  });

  it('is survived in its reduced form: in a run of each of these courses the worker is killed once in every step that changes something', async () => {
    await surviveAll(reducedGrid().filter(([course]) => COURSES.includes(course)));
  }, 900_000);

  inDepth(() => {
    it('is survived so by the rows of a database too', async () => {
      await surviveAll(reducedGrid(true), true);
    }, 900_000);
  });
});
