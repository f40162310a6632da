import { describe, expect, inject, it } from 'vitest';
import { openSandbox } from '../sandbox/sandbox.ts';

const hour = 3_600_000;

describe('a run that does not happen', () => {
  it('is reported for its own job, and not while it is still to come', async () => {
    let now = Date.UTC(2026, 10, 22, 12);
    const clock = () => now;
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 5, now: clock }, aws: { now: clock } });
    await sandbox.putSecret();
    const missing = () =>
      sandbox.aws
        .metrics()
        .filter(({ name }) => name === 'RunMissing')
        .map(({ dimensions }) => dimensions.Job);
    const watch = () => sandbox.run('missing-runs', new Date(now));

    expect(await watch()).toMatchObject({ payload: { missing: 0 } });
    now = Date.UTC(2026, 10, 23, 2);
    await sandbox.run('storage-report', new Date(now));
    now += 3 * hour;
    await watch();
    expect(missing()).not.toContain('storage-report');

    now += 24 * hour;
    await watch();
    expect(missing()).toContain('storage-report');
  });
});
