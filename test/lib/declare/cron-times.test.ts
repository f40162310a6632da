import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cronTimes } from '../../../lib/declare/cron-times.ts';

const day = 86_400_000;
const some = (from: number, to: number, most: number) =>
  fc.uniqueArray(fc.integer({ min: from, max: to }), { minLength: 1, maxLength: most });

it('the next and the previous time are those that going through all days finds, in any order that lists are written in', () => {
  let rolled = 0;
  const from = fc.date({ min: new Date('2023-01-01'), max: new Date('2029-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(some(0, 59, 2), some(0, 23, 2), some(27, 31, 3), some(1, 12, 4), from, (minutes, hours, days, months, at) => {
      const times = cronTimes(`${minutes} ${hours} ${days} ${months} ? *`);
      const isOn = (date: Date) => days.includes(date.getUTCDate()) && months.includes(date.getUTCMonth() + 1);
      const ofDay = (date: Date) =>
        hours.flatMap((hour) => minutes.map((minute) => date.getTime() + (hour * 60 + minute) * 60_000)).sort((one, other) => one - other);
      const midnight = Math.floor(at.getTime() / day) * day;
      // Within nine years there is a 29th of February, whatever else is asked for.
      const walk = (direction: 1 | -1) => {
        for (let nth = 0; nth < 9 * 366; nth++) {
          const date = new Date(midnight + direction * nth * day);
          if (!isOn(date)) continue;
          const found =
            direction === 1 ? ofDay(date).find((time) => time > at.getTime()) : ofDay(date).findLast((time) => time < at.getTime());
          if (found !== undefined) return new Date(found);
        }
        return undefined;
      };
      rolled += Number(months.includes(2) && days.some((each) => each > 28));
      expect(times.next(at)).toEqual(walk(1));
      expect(times.previous(at)).toEqual(walk(-1));
    }),
    { numRuns: 300 },
  );
  console.info(`${rolled} of 300 ask for a day that February may lack`);
  expect(rolled).toBeGreaterThan(5);
});
