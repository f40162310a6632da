import { describe, expect, inject, it } from 'vitest';
import { openSandbox } from '../sandbox/sandbox.ts';
import { alarmedMetrics, emittedMetrics } from './alarmed.ts';

describe('every alarm of the stage "sandbox"', () => {
  it('watches a metric that is really emitted, with those very dimensions', async () => {
    let now = Date.UTC(2026, 10, 1);
    const clock = () => now;
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 5, now: clock }, aws: { now: clock } });
    await sandbox.putSecret();
    await sandbox.run('grant-check', new Date(now));
    await sandbox.run('missing-runs', new Date(now));
    // Nothing runs for nine days: the next look finds every schedule's run missing.
    now = Date.UTC(2026, 10, 10);
    await sandbox.run('missing-runs', new Date(now));
    await sandbox.run('storage-report', new Date(now - 60_000));
    sandbox.box.tokens.revokeAll();
    await sandbox.run('storage-report', new Date(now));
    sandbox.box.app.resetSecret('the-new-secret');
    sandbox.box.tokens.revokeAll();
    await sandbox.run('storage-report', new Date(now + 60_000));
    await sandbox.putSecret('no credentials');
    await sandbox.run('grant-check', new Date(now));
    const alarmed = await alarmedMetrics(inject('assembly'), sandbox);
    expect(alarmed.length).toBeGreaterThanOrEqual(21);
    const emitted = emittedMetrics(sandbox);
    expect(alarmed.filter((metric) => !emitted.has(metric))).toEqual([]);
  });
});
