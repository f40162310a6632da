import fc from 'fast-check';
import { type Service, services, type Trouble, troubles } from './trouble.ts';

/** Container and subject are numbers that the fleet takes modulo what it has. */
export type Step =
  | { readonly kind: 'calls'; readonly containers: readonly number[]; readonly subjects: readonly number[] }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'trouble'; readonly service: Service; readonly trouble: Trouble; readonly times: number }
  | { readonly kind: 'outage'; readonly service: Service; readonly trouble: Trouble; readonly seconds: number }
  | { readonly kind: 'reset'; readonly oldLives: boolean; readonly seconds: number }
  | { readonly kind: 'wrongSecret'; readonly seconds: number }
  | { readonly kind: 'freeze'; readonly container: number; readonly seconds: number }
  | { readonly kind: 'kill'; readonly container: number }
  | { readonly kind: 'clock'; readonly container: number; readonly minutes: number }
  | { readonly kind: 'revoke' };

const container = fc.nat({ max: 5 });
const calls = fc.record({
  kind: fc.constant('calls' as const),
  containers: fc.array(container, { minLength: 1, maxLength: 12 }),
  subjects: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 3 }),
});
const pass = fc.record({
  kind: fc.constant('pass' as const),
  // Seconds, minutes, and around the end of a token's life.
  seconds: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 2_400 }), fc.integer({ min: 2_900, max: 3_700 })),
});
const aws = fc.constantFrom(...services.filter((service) => service !== 'box'));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: calls },
  { weight: 5, arbitrary: pass },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('trouble' as const),
      service: fc.constantFrom(...services),
      trouble: fc.constantFrom(...troubles),
      times: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('outage' as const),
      service: aws,
      trouble: fc.constantFrom(...troubles),
      seconds: fc.integer({ min: 5, max: 120 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('reset' as const), oldLives: fc.boolean(), seconds: fc.integer({ min: 10, max: 600 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wrongSecret' as const), seconds: fc.integer({ min: 10, max: 600 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('freeze' as const), container, seconds: fc.integer({ min: 60, max: 30_000 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('kill' as const), container }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('clock' as const), container, minutes: fc.constantFrom(-10, -6, -2, 2, 6, 10) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'revoke' as const }) },
);

/** What happens to a fleet, in order. */
export const schedule: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 10, maxLength: 24 });
