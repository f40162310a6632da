import { describe, expect, it } from 'vitest';
import { createLog } from '../../../lib/observe/log.ts';
import { tokenLog } from '../../../lib/session/token-log.ts';
import type { TokenEvent } from '../../../lib/token/token-event.ts';
import { embeddedMetrics } from '../../sandbox/aws/metrics.ts';

const enterprise = { type: 'enterprise' } as const;
const user = { type: 'user', id: '11000001' } as const;
const token = { fingerprint: '0a1b2c3d', expiresAt: 1_800_000_000_000 };

/** Every kind of event, and what it counts. */
const events: readonly (readonly [TokenEvent, readonly string[]])[] = [
  [{ kind: 'minted', subject: enterprise, ...token, tookMs: 200 }, ['TokenMinted', 'ServiceAccountMinted']],
  [{ kind: 'minted', subject: user, ...token, tookMs: 200 }, ['TokenMinted']],
  [{ kind: 'sharedHit', subject: enterprise, ...token }, ['TokenSharedHit']],
  [{ kind: 'mintFailed', subject: user, code: 'invalid_grant' }, ['TokenMintFailed', 'TokenMintFailed.invalid_grant']],
  [{ kind: 'mintFailed', subject: user, code: 'BOX_UNREACHABLE' }, ['TokenMintFailed', 'TokenMintFailed.BOX_UNREACHABLE']],
  [{ kind: 'mintFailed', subject: user, code: 'whatever Box says next' }, ['TokenMintFailed', 'TokenMintFailed.other']],
  [{ kind: 'staleServed', subject: user, remainingMs: 30_000 }, ['TokenStaleServed']],
  [{ kind: 'renewalForced', subject: user, fingerprint: '0a1b2c3d' }, ['TokenRenewalForced']],
  [{ kind: 'leaseWait', subject: enterprise, waitedMs: 150, outcome: 'shared' }, ['TokenLeaseWait']],
  [{ kind: 'leaseLost', subject: enterprise }, ['TokenLeaseLost']],
  [{ kind: 'sharedTierFailed', step: 'read', cause: 'TimeoutError' }, ['SharedTierFailed']],
  [{ kind: 'secretVersionChanged' }, ['SecretVersionChanged']],
  [{ kind: 'secretUnreadable', code: 'SECRET_INVALID' }, ['SecretUnreadable']],
  [{ kind: 'credentialsSuspected', subject: enterprise, error: 'invalid_client', waitMs: 0 }, ['CredentialsSuspected']],
];

function observed() {
  const lines: string[] = [];
  const log = createLog({ stage: 'test', job: 'nightly', app: 'reader', write: (line) => lines.push(line) });
  return { log, observe: tokenLog(log), lines, metrics: () => lines.flatMap(embeddedMetrics) };
}

describe('what happens to tokens', () => {
  it.each(events)('is counted for its Box app: %j', (event, expected) => {
    const { log, observe, metrics } = observed();
    observe(event);
    log.succeeded({});
    const counted = metrics().filter(({ name }) => name !== 'RunSucceeded');
    expect(counted.map(({ name }) => name)).toEqual(expected);
    for (const { dimensions } of counted) expect(dimensions).toEqual({ Stage: 'test', App: 'reader' });
  });

  it('costs no line beside its log line: the end of the run tells all of it at once', () => {
    const { log, observe, lines, metrics } = observed();
    const [mint = expect.unreachable()] = events.map(([event]) => event);
    for (let times = 0; times < 500; times++) observe(mint);
    expect(metrics()).toEqual([]);
    log.with({ run: 'request-1' }).succeeded({ users: 3 });
    expect(lines).toHaveLength(501);
    expect(metrics().map(({ name, value }) => [name, value])).toEqual([
      ['RunSucceeded', 1],
      ['TokenMinted', 500],
      ['ServiceAccountMinted', 500],
    ]);
    log.failed('Run failed.', new Error('of the next one'));
    expect(metrics().slice(3)).toMatchObject([{ name: 'RunFailed', value: 1, dimensions: { Stage: 'test', Job: 'nightly' } }]);
  });

  it('is told at once when a run begins to wait for a person', () => {
    const { observe, metrics } = observed();
    observe({ kind: 'credentialsSuspected', subject: enterprise, error: 'invalid_client', waitMs: 720_000 });
    expect(metrics()).toMatchObject([{ name: 'CredentialsSuspected', value: 1 }]);
  });

  it('has at most a hundred measurements in a line, which is what CloudWatch takes', () => {
    const { log, observe, metrics } = observed();
    for (let waitedMs = 0; waitedMs < 250; waitedMs++) observe({ kind: 'leaseWait', subject: enterprise, waitedMs, outcome: 'shared' });
    log.succeeded({});
    expect(metrics().filter(({ name }) => name === 'TokenLeaseWait')).toHaveLength(100);
  });
});
