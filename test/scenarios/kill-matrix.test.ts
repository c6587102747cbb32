import { describe, expect, it } from '@jest/globals';
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

async function surviveAll(courses: ReturnType<typeof reducedGrid>, hasRows = false): Promise<void> {
  const left = [...courses];
  const lane = async (): Promise<[object, object][]> => {
    const range = await KillRange.open('mortal Temporal', hasRows);
    const met: [object, object][] = [];
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
      await range.close();
    }
    return met;
  };
  const met = (await Promise.all(Array.from({ length: LANES }, lane))).flat();
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
