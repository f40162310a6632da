import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { closeConnections } from '../../../lib/http/origin.ts';
import { boxClock } from '../../../lib/token/box-clock.ts';
import type { Subject } from '../../../lib/token/subject.ts';
import { type BoxSimulator, startBox } from '../../sandbox/box/server.ts';
import { type RunsTable, tokensTable } from '../run/table.ts';
import { cipher, container, holdLease } from './fleet.ts';

const enterprise: Subject = { type: 'enterprise' };

afterEach(closeConnections);

const mints = (box: BoxSimulator): number => box.journal.entries.filter(({ path }) => path === '/oauth2/token').length;

const item = async ({ client, name }: RunsTable) =>
  (await client.send(new GetItemCommand({ TableName: name, Key: { pk: { S: `token app enterprise` } }, ConsistentRead: true }))).Item ?? {};

describe('a cold fleet that shares its token', () => {
  it('sends one token request, whoever comes first', async () => {
    await using box = await startBox();
    await using table = await tokensTable();
    box.faults.always({ path: '/oauth2/token' }, { kind: 'slow', milliseconds: 100 });
    const fleet = Array.from({ length: 25 }, (_, index) => container(box, table, `container ${index}`));
    const tokens = await Promise.all(fleet.flatMap(({ source }) => Array.from({ length: 4 }, () => source.get(enterprise))));
    expect(mints(box)).toBe(1);
    expect(new Set(tokens.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(fleet.flatMap(({ events }) => events).filter(({ kind }) => kind === 'leaseWait').length).toBeGreaterThan(10);
  });

  it('replaces a rejected token once, and not with the rejected one', async () => {
    await using box = await startBox();
    await using table = await tokensTable();
    const fleet = Array.from({ length: 10 }, (_, index) => container(box, table, `container ${index}`));
    const rejected = await Promise.all(fleet.map(({ source }) => source.get(enterprise)));
    box.tokens.revokeAll();
    const renewed = await Promise.all(fleet.map(({ source }, index) => source.renew(enterprise, rejected[index] ?? expect.unreachable())));
    expect(mints(box)).toBe(2);
    for (const token of renewed) expect(box.tokens.find(token.reveal())).toBeDefined();
  });

  it('keeps tokens of managed users out of the table', async () => {
    await using box = await startBox();
    await using table = await tokensTable();
    await container(box, table, 'one').source.get({ type: 'user', id: '11000001' });
    expect(await item(table)).toEqual({});
  });
});

describe('the holder of the lease', () => {
  it('that was killed is waited for no longer than its lease, and the token is shared again after it', async () => {
    let now = 1_800_000_000_000;
    await using box = await startBox({ now: () => now });
    await using table = await tokensTable(() => now);
    await holdLease(table, now + 8_000);
    setTimeout(() => {
      now += 8_001;
    }, 300);
    const { source, events } = container(box, table, 'successor', { now: () => now });
    const pending = source.get(enterprise);
    // The next one takes the lapsed lease over.
    await new Promise((resolve) => setTimeout(resolve, 400));
    const next = container(box, table, 'next', { now: () => now });
    await next.source.get(enterprise);
    await pending;
    expect(mints(box)).toBeLessThanOrEqual(2);
    expect((await item(table)).leaseUntil).toBeUndefined();
    expect(events.map(({ kind }) => kind)).toContain('leaseWait');
  }, 20_000);

  it('that was frozen and comes back late can not overwrite the token of its successor', async () => {
    let now = 1_800_000_000_000;
    const clock = () => now;
    await using box = await startBox({ now: clock, expiresInSeconds: 3_600 });
    await using table = await tokensTable(clock);
    const frozen = container(box, table, 'frozen', { now: clock });
    const gate = Promise.withResolvers<void>();
    const late = frozen.tier.get({
      key: 'enterprise',
      clock: boxClock(clock),
      minRemainingMs: 60_000,
      isOurs: () => true,
      mint: async () => {
        await gate.promise;
        return frozen.source.mint(enterprise);
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    now += 8_001;
    const successor = await container(box, table, 'successor', { now: clock }).source.get(enterprise);
    now += 60_000;
    gate.resolve();
    await late;
    expect((await item(table)).fingerprint?.S).toBe(successor.fingerprint);
  });

  it('that gives up late leaves the lease to its successor', async () => {
    let now = 1_800_000_000_000;
    const clock = boxClock(() => now);
    await using box = await startBox({ now: clock.now });
    await using table = await tokensTable(clock.now);
    const frozen = Promise.withResolvers<never>();
    const minting = Promise.withResolvers<void>();
    const request = { key: 'enterprise', clock, minRemainingMs: 60_000, isOurs: () => true };
    const late = container(box, table, 'frozen').tier.get({ ...request, mint: () => frozen.promise });
    while (!(await item(table)).leaseUntil) await new Promise((resolve) => setTimeout(resolve, 5));
    now += 8_001;
    const successor = container(box, table, 'successor', { now: clock.now });
    const pending = successor.tier.get({ ...request, mint: () => minting.promise.then(() => successor.source.mint(enterprise)) });
    while ((await item(table)).leaseOwner?.S !== 'successor') await new Promise((resolve) => setTimeout(resolve, 5));
    frozen.reject(new Error('frozen for too long'));
    await expect(late).rejects.toThrow('frozen');
    expect((await item(table)).leaseOwner?.S).toBe('successor');
    minting.resolve();
    await pending;
  });

  it('never overwrites a token that lasts longer, whoever wrote it', async () => {
    const now = 1_800_000_000_000;
    const clock = boxClock(() => now);
    await using box = await startBox({ now: clock.now, expiresInSeconds: 3_600 });
    await using table = await tokensTable(clock.now);
    const { tier, source } = container(box, table, 'one', { now: clock.now });
    const mint = async () => {
      const other = { tokenExpiresAt: { N: String(now + 4_000_000) }, fingerprint: { S: 'of another' } };
      const Item = { ...(await item(table)), ...other };
      await table.client.send(new PutItemCommand({ TableName: table.name, Item }));
      return source.mint(enterprise);
    };
    await tier.get({ key: 'enterprise', clock, minRemainingMs: 60_000, isOurs: () => true, mint });
    expect((await item(table)).fingerprint?.S).toBe('of another');
  });

  it('that never comes to an end is waited for twelve seconds at most', async () => {
    let now = 1_800_000_000_000;
    await using box = await startBox({ now: () => now });
    await using table = await tokensTable(() => now);
    await holdLease(table, now + 8_000);
    const { source, events } = container(box, table, 'waiting', { now: () => now });
    const pending = source.get(enterprise);
    let isOver = false;
    void pending.finally(() => {
      isOver = true;
    });
    for (let seconds = 0; !isOver && seconds < 200; seconds++, now += 1_000) {
      await holdLease(table, now + 8_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await pending;
    expect(events).toMatchObject([{ kind: 'minted' }, { kind: 'leaseWait', outcome: 'direct' }].toReversed());
  });

  it('that is refused by Box lets the others try at once', async () => {
    await using box = await startBox({ appSettings: { authorized: false } });
    await using table = await tokensTable();
    await expect(container(box, table, 'first').source.get(enterprise)).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
    expect((await item(table)).leaseUntil).toBeUndefined();
    box.app.change({ authorized: true });
    const startedAt = Date.now();
    await container(box, table, 'second').source.get(enterprise);
    expect(Date.now() - startedAt).toBeLessThan(4_000);
  });
});

describe('a shared item', () => {
  it('that has less than a minute left is a miss, whatever the caller would do with', async () => {
    let now = 1_800_000_000_000;
    await using box = await startBox({ now: () => now, expiresInSeconds: 3_600 });
    await using table = await tokensTable(() => now);
    await container(box, table, 'one', { now: () => now }).source.get(enterprise);
    now += 3_600_000 - 50_000;
    await container(box, table, 'two', { now: () => now }).source.get(enterprise, { minRemainingMs: 10_000 });
    expect(mints(box)).toBe(2);
  });

  it('that has expired is a miss, though DynamoDB has not deleted it', async () => {
    let now = 1_800_000_000_000;
    await using box = await startBox({ now: () => now, expiresInSeconds: 3_600 });
    await using table = await tokensTable(() => now);
    await container(box, table, 'one', { now: () => now }).source.get(enterprise);
    now += 3_600_000;
    const token = await container(box, table, 'two', { now: () => now }).source.get(enterprise);
    expect(token.expiresAt).toBeGreaterThan(now);
    expect(mints(box)).toBe(2);
  });

  it.each([
    ['was copied from another key', async (stored: Record<string, unknown>) => ({ ...stored, tokenExpiresAt: { N: '1900000000000' } })],
    [
      'was written by a stranger',
      async () => ({ ciphertext: { B: Buffer.from('rubbish') }, tokenExpiresAt: { N: '1900000000000' }, fingerprint: { S: 'x' } }),
    ],
    ['lacks its parts', async () => ({ tokenExpiresAt: { S: 'soon' } })],
  ])(
    'that %s is never used, and fails nobody',
    async (_, forge) => {
      const now = 1_800_000_000_000;
      await using box = await startBox({ now: () => now });
      await using table = await tokensTable(() => now);
      await container(box, table, 'one', { now: () => now }).source.get(enterprise);
      const forged = await forge(await item(table));
      await table.client.send(
        new PutItemCommand({ TableName: table.name, Item: { pk: { S: 'token app enterprise' }, ...forged } as never }),
      );
      const token = await container(box, table, 'two', { now: () => now }).source.get(enterprise);
      expect(box.tokens.find(token.reveal())).toBeDefined();
    },
    20_000,
  );

  const century = { N: '9000000000000' };
  it.each<[string, object]>([
    ['a token without a fingerprint', { tokenExpiresAt: century, ciphertext: { B: Buffer.from('x') } }],
    ['a token that nobody can decrypt', { tokenExpiresAt: century, fingerprint: { S: 'x' }, ciphertext: { B: Buffer.from('x') } }],
    ['an end that is no number', { tokenExpiresAt: { S: 'soon' }, fingerprint: { S: 'x' } }],
    ['a lease of a century', { leaseUntil: century, fence: { N: '1' } }],
    ['a lease that is no number', { leaseUntil: { S: 'never' } }],
    ['a fence beyond what a double holds', { fence: { N: '9007199254740993' } }],
  ])('in which a stranger wrote %s costs one token request more, and no time', async (_, forged) => {
    await using box = await startBox();
    await using table = await tokensTable();
    const Item = { pk: { S: 'token app enterprise' }, ...forged } as never;
    await table.client.send(new PutItemCommand({ TableName: table.name, Item }));
    for (const name of ['one', 'two', 'three']) {
      const { source, events } = container(box, table, name);
      await source.get(enterprise);
      expect(events.filter(({ kind }) => kind === 'leaseWait')).toEqual([]);
    }
    expect(mints(box)).toBe(1);
  });

  it('never holds the token in the clear', async () => {
    await using box = await startBox();
    await using table = await tokensTable();
    const token = await container(box, table, 'one').source.get(enterprise);
    const stored = await item(table);
    expect(stored.fingerprint?.S).toBe(token.fingerprint);
    expect(Buffer.from(stored.ciphertext?.B ?? []).includes(token.reveal())).toBe(false);
    expect(JSON.stringify({ ...stored, ciphertext: undefined })).not.toContain(token.reveal());
  });
});

describe('a store that fails', () => {
  it('costs latency at most: no table', async () => {
    await using box = await startBox();
    await using table = await tokensTable();
    const { source, events } = container(box, table, 'one', { table: 'no-such-table' });
    await expect(source.get(enterprise)).resolves.toBeDefined();
    expect(events.filter(({ kind }) => kind === 'sharedTierFailed').length).toBeGreaterThan(0);
  });

  it('costs latency at most: KMS refuses to encrypt, or to decrypt', async () => {
    await using box = await startBox();
    await using table = await tokensTable();
    const refusing = { encrypt: () => Promise.reject(new Error('throttled')), decrypt: () => Promise.reject(new Error('throttled')) };
    await expect(
      container(box, table, 'one', { cipher: { ...cipher(), encrypt: refusing.encrypt } }).source.get(enterprise),
    ).resolves.toBeDefined();
    // Nobody waits for a lease whose holder could not share what it got.
    expect((await item(table)).leaseUntil).toBeUndefined();
    await container(box, table, 'two').source.get(enterprise);
    await expect(
      container(box, table, 'three', { cipher: { ...cipher(), decrypt: refusing.decrypt } }).source.get(enterprise),
    ).resolves.toBeDefined();
  }, 30_000);
});
