import { expect, it } from 'vitest';
import { crashAtRandom, crashSizes } from './crash-at-random.ts';

it.each(crashSizes([{ schedules: 10, users: 60 }]))(
  'under any schedule of crashes every user is done, each part once, and the report is the same byte for byte: $schedules over $users',
  {
    timeout: 1_200_000,
  },
  async (size) => {
    const { kills, ...seen } = await crashAtRandom(size);
    const { schedules, users } = size;
    console.info(`${schedules} schedules over ${users} users: ${kills} processes killed, ${seen.lost} lost, ${seen.diverged} diverged`);
    expect(seen).toEqual({ lost: 0, diverged: 0, first: undefined });
    expect(kills).toBeGreaterThanOrEqual(Math.floor(schedules / 2));
  },
);
