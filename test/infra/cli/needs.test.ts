import { eachManagedUser, type ManagedUser, managedUser, rate, type ServiceAccount, scheduledJob, serviceAccount } from 'nightporter';
import { describe, expect, it } from 'vitest';
import type { DeployedJob } from '../../../infra/cli/deployed-jobs.ts';
import { deployedWebhooks } from '../../../infra/cli/deployed-webhooks.ts';
import { needsOf } from '../../../infra/cli/doctor/needs.ts';

function deployed(id: string, runAs: ServiceAccount | ManagedUser, app = 'default'): DeployedJob {
  const declaration = scheduledJob({
    impact: 'None.',
    schedule: rate(1, 'day'),
    runAs,
    app,
    box: ['users', 'folders'],
    run: async () => ({}),
  });
  return { id, functionName: id, declaration, app };
}

const app = { name: 'default', secretArn: 'arn', webhookKeysArn: undefined };

describe('what the doctor looks for', () => {
  it('is what the deployed jobs of this very app need, each in its own way', () => {
    const { ways, scopes } = needsOf(app, [
      deployed('one', serviceAccount()),
      deployed('two', managedUser('1')),
      deployed('three', managedUser('1', 'as-user')),
      deployed('four', managedUser('1', 'as-user')),
      deployed('elsewhere', serviceAccount(), 'keeper'),
      { id: 'unknown', functionName: 'unknown', declaration: undefined, app: undefined },
    ]);
    expect([...ways]).toEqual(['service-account', 'user-token', 'as-user']);
    expect(scopes).toEqual([
      { scope: 'users', way: 'service-account', jobs: ['one'] },
      { scope: 'content', way: 'service-account', jobs: ['one'] },
      { scope: 'users', way: 'user-token', jobs: ['two'] },
      { scope: 'content', way: 'user-token', jobs: ['two'] },
      { scope: 'users', way: 'as-user', jobs: ['three', 'four'] },
      { scope: 'content', way: 'as-user', jobs: ['three', 'four'] },
    ]);
  });

  it.each([
    ['every user', {}, ['users']],
    ['the members of a group', { group: '7' }, ['users', 'groups']],
  ] as const)(
    'is for a job as %s also what the service account needs to list them, and a token of each though it calls nothing',
    (_, where, listed) => {
      const declaration = { runAs: eachManagedUser({ where }), box: [] } as const;
      const { ways, scopes } = needsOf(app, [{ id: 'nightly', declaration, app: 'default' }]);
      expect(ways).toEqual(new Set(['service-account', 'user-token']));
      expect(scopes).toEqual(listed.map((scope) => ({ scope, way: 'service-account', jobs: ['nightly'] })));
    },
  );

  it('is what deployed webhooks need as well, of which somebody has to manage each as its owner', async () => {
    const [caller] = await deployedWebhooks({
      webhooks: [{ name: 'archive-upload', app: 'default', address: '', queueUrl: '', deadLettersUrl: '' }],
    });
    expect(caller).toMatchObject({ id: 'archive-upload', app: 'default' });
    const declaration = { runAs: managedUser('1'), box: ['webhooks'] } as const;
    expect(needsOf(app, [{ id: 'some-webhook', declaration, app: 'default' }])).toEqual({
      ways: new Set(['user-token']),
      scopes: [{ scope: 'webhooks', way: 'user-token', jobs: ['some-webhook'] }],
    });
    expect(needsOf(app, caller ? [caller] : []).scopes).toContainEqual({
      scope: 'webhooks',
      way: 'service-account',
      jobs: ['archive-upload'],
    });
  });

  it('finds the jobs of an app whose hyphens the outputs have lost', () => {
    expect(needsOf({ ...app, name: 'app2' }, [deployed('one', serviceAccount(), 'app-2')]).ways).toEqual(new Set(['service-account']));
  });
});
