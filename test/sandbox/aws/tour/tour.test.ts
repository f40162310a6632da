import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lambda } from './functions.ts';
import { cloudformation, iam, logs, scheduler, sts } from './management.ts';
import { sns, sqs } from './messages.ts';
import { openPlace, type Place } from './place.ts';
import { kms, secretsmanager, ssm } from './secrets.ts';
import type { Tour } from './stop.ts';
import { dynamodb, s3 } from './storage.ts';

/** By signing name; the stops of a service in an order in which each finds what it needs. */
const tours: Readonly<Record<string, Tour>> = {
  cloudformation,
  dynamodb,
  iam,
  kms,
  lambda,
  logs,
  s3,
  scheduler,
  secretsmanager,
  sns,
  sqs,
  ssm,
  sts,
};

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place?.aws.stop());

const sorted = (operations: readonly (readonly [string, readonly string[]])[]) =>
  Object.fromEntries(operations.map(([service, names]) => [service, [...names].sort()]));

it('the tour stops at every operation that the sandbox knows, and at no other', () => {
  const stops = Object.entries(tours).map(([service, tour]) => [service, Object.keys(tour)] as const);
  expect(sorted(stops)).toEqual(sorted(Object.entries(place.aws.operations)));
});

describe.each(Object.entries(tours))('%s', (_service, tour) => {
  it.each(Object.entries(tour))('%s answers AWS’s own client, and refuses as AWS documents it', async (_operation, { works, refused }) => {
    expect(await works(place)).toBeTruthy();
    if (refused === undefined) return;
    const [name, call] = refused;
    await expect(call(place)).rejects.toMatchObject({ name });
  });
});
