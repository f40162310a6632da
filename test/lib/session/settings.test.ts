import { describe, expect, it } from 'vitest';
import { managedUser, serviceAccount, setting, z } from '../../../lib/declare/index.ts';
import { identityOf, readParams } from '../../../lib/session/settings.ts';

it.each([
  [{ colour: 'red', size: 1 }, 'colour, size: the job has no such param'],
  [{ where: { colour: 'red' } }, 'where.colour: the job has no such param'],
  [{ days: 'red' }, 'days: '],
])('params such as %j are refused by name, without their values', (given, mistake) => {
  const params = z.strictObject({ days: z.optional(z.int()), where: z.optional(z.strictObject({})) });
  const refused = expect.objectContaining({ code: 'PARAMS_INVALID', message: expect.stringContaining(mistake) });
  expect(() => readParams({ params }, given)).toThrow(refused);
  expect(() => readParams({ params }, given)).not.toThrow('red');
});

describe('who a job runs as', () => {
  it('is the service account, a user by a token of their own, or a user by header', () => {
    expect(identityOf(serviceAccount(), {})).toEqual({ subject: { type: 'enterprise' } });
    expect(identityOf(managedUser('11'), {})).toEqual({ subject: { type: 'user', id: '11' } });
    expect(identityOf(managedUser(setting('keeper'), 'as-user'), { keeper: '12' })).toEqual({
      subject: { type: 'enterprise' },
      asUser: '12',
    });
  });

  it.each([undefined, '', 'ann@example.com', '12 34', '12\n'])('is refused when the setting says %j', (keeper) => {
    expect(() => identityOf(managedUser(setting('keeper')), { keeper })).toThrow(expect.objectContaining({ code: 'SETTINGS_INVALID' }));
  });
});
