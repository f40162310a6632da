import { expect, it } from 'vitest';
import { retryAfterFailure } from '../../../../lib/entry/durable/retries.ts';

const isTriedAgain = (code: string) => retryAfterFailure(Object.assign(new Error('It failed.'), { name: code }), 1).shouldRetry;

it('a step that can’t succeed before a person has changed something is not tried again', () => {
  const lasting = ['PLAN_TOO_LARGE', 'PLAN_INVALID', 'BOX_REQUEST_INVALID', 'CURSOR_INVALID', 'PARAMS_INVALID', 'JOB_FAILED'];
  expect(lasting.filter(isTriedAgain)).toEqual([]);
});

it('a step that may succeed in a while is tried again', () => {
  const passing = ['BOX_UNREACHABLE', 'AWS_UNREACHABLE', 'SECRET_UNREADABLE', 'PLAN_NOT_WRITTEN', 'WORK_LOST'];
  expect(passing.filter(isTriedAgain)).toEqual(passing);
});
