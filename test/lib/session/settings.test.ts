import { describe, expect, it } from 'vitest';
import { managedUser, serviceAccount, setting } from '../../../lib/declare/index.ts';
import { identityOf } from '../../../lib/session/settings.ts';

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
