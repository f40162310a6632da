import { afterEach, describe, expect, it } from 'vitest';
import { closeConnections } from '../../../lib/http/origin.ts';
import type { Subject } from '../../../lib/token/subject.ts';
import { openWorld } from './fleet/fleet-world.ts';
import { goBy, sleep } from './fleet/go-by.ts';

const enterprise: Subject = { type: 'enterprise' };
const fifteenMinutes = { remainingMs: () => 900_000 };

afterEach(closeConnections);

/** One container that has a token. */
async function warmContainer() {
  const world = await openWorld();
  const container = world.addContainer();
  const token = await container.source.get(enterprise);
  return { world, container, source: container.source, token, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

describe('a run that has the time to wait for a new secret', () => {
  it('is not put off with the refusal of a refresh on the side', async () => {
    await using given = await warmContainer();
    const { world, source, token } = given;
    world.secret.reset({ oldLives: false });
    world.pass(token.expiresAt - world.trueTime() - 10_000);
    await source.get(enterprise);
    await source.settle(2_000);
    world.pass(10_001);
    world.after(60_000, () => world.secret.promote());
    await expect(goBy(world, source.get(enterprise, fifteenMinutes))).resolves.toBeDefined();
  });

  it('is not put off with the refusal that its container met while it warmed up', async () => {
    await using world = await openWorld();
    const { source } = world.addContainer();
    world.secret.reset({ oldLives: false });
    await expect(source.get(enterprise, { signal: AbortSignal.timeout(2_500) })).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
    world.after(60_000, () => world.secret.promote());
    await expect(goBy(world, source.get(enterprise, fifteenMinutes))).resolves.toBeDefined();
  });

  it('waits on when the new version is wrong as well', async () => {
    await using given = await warmContainer();
    const { world, source, token } = given;
    world.secret.reset({ oldLives: false });
    world.secret.putWrong();
    world.pass(token.expiresAt - world.trueTime() + 1);
    world.after(120_000, () => world.secret.promote());
    await expect(goBy(world, source.get(enterprise, fifteenMinutes))).resolves.toBeDefined();
  });

  it.each([
    ['service account', 'invalid_client'],
    ['service account', 'invalid_grant'],
    ['managed user', 'invalid_client'],
    ['managed user', 'invalid_grant'],
  ] as const)(
    'waits as a %s, whose dead secret Box calls %s, though Box has granted another something seconds ago',
    async (who, deadPair) => {
      await using world = await openWorld();
      const { source, events } = world.addContainer();
      const user: Subject = { type: 'user', id: world.box.enterprise.userAt(0).id };
      const [subject, other] = who === 'managed user' ? [user, enterprise] : [enterprise, user];
      world.box.app.change({ deadPair });
      await source.get(other);
      world.secret.reset({ oldLives: false });
      world.pass(5_000);
      world.after(60_000, () => world.secret.promote());
      await expect(goBy(world, source.get(subject, fifteenMinutes))).resolves.toBeDefined();
      expect(events.filter(({ kind }) => kind === 'credentialsSuspected')).toHaveLength(1);
    },
  );

  it('asks Box once about the app for a hundred users whom it refuses at the same time', async () => {
    await using world = await openWorld();
    const { source } = world.addContainer();
    world.box.app.change({ userTokens: false });
    const ids = Array.from({ length: 100 }, (_, index) => String(11_000_001 + index));
    const refused = await Promise.allSettled(ids.map((id) => source.get({ type: 'user', id }, fifteenMinutes)));
    expect(refused.every(({ status }) => status === 'rejected')).toBe(true);
    expect(world.mints()).toBe(1);
  });

  it('goes on when the app is authorized again, though the secret stays the same', async () => {
    await using world = await openWorld();
    const { source } = world.addContainer();
    const { enterpriseId } = world.box.app;
    world.box.faults.always({ path: '/oauth2/token' }, { kind: 'status', status: 400, body: { error: 'invalid_grant', enterpriseId } });
    world.after(30_000, () => world.box.faults.clear());
    const token = await goBy(world, source.get(enterprise, fifteenMinutes));
    expect(token.expiresAt).toBeGreaterThan(world.trueTime());
  });
});

describe('a caller whose invocation is over', () => {
  it('takes nobody with it who waits for the same token', async () => {
    await using world = await openWorld();
    const { source } = world.addContainer();
    world.box.faults.once({ path: '/oauth2/token' }, { kind: 'hang' });
    const over = new AbortController();
    const first = source.get(enterprise, { signal: over.signal });
    const second = source.get(enterprise, { signal: AbortSignal.timeout(20_000) });
    while (world.box.journal.entries.length === 0) await sleep(2);
    over.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    await expect(second).resolves.toBeDefined();
  });

  it('is let go, though another waits on', async () => {
    await using world = await openWorld();
    const { source } = world.addContainer();
    world.box.faults.once({ path: '/oauth2/token' }, { kind: 'slow', milliseconds: 400 });
    const first = source.get(enterprise);
    await expect(source.get(enterprise, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(first).resolves.toBeDefined();
  });
});

describe('a token that is revoked', () => {
  it('together with its successor, which is on its way, fails no call', async () => {
    await using given = await warmContainer();
    const { world, container, source } = given;
    world.pass(3_400_000);
    world.internet.once('box', 'slow', 1);
    await source.get(enterprise);
    while (world.mints() < 2) await sleep(2);
    world.revokeAll();
    await container.whoAmI(enterprise, () => 900_000);
    expect(world.mints()).toBe(3);
  });
});

describe('a container that was frozen', () => {
  it('while Box answered its token request asks again instead of using what has expired', async () => {
    await using world = await openWorld();
    const container = world.addContainer();
    world.internet.freeze(container.name);
    const call = container.whoAmI(enterprise, () => 900_000);
    while (world.requests({ service: 'secrets' }) === 0) await sleep(2);
    world.internet.thaw(container.name);
    world.internet.freeze(container.name);
    while (world.requests({ operation: 'token' }) === 0) await sleep(2);
    world.pass(7_200_000);
    world.internet.thaw(container.name);
    await call;
    expect(world.expiredCalls).toEqual([]);
    expect(world.mints()).toBe(2);
  });

  it('replaces a rejected token with a live one, not with what it had then', async () => {
    await using given = await warmContainer();
    const { world, source, token } = given;
    await source.renew(enterprise, token);
    world.pass(7_200_000);
    expect((await source.renew(enterprise, token)).expiresAt).toBeGreaterThan(world.trueTime());
  });
});

describe('a clock that is wrong from the start', () => {
  it.each([-10, 10])('by %i minutes makes no token longer, though many are asked for at once', async (minutes) => {
    await using world = await openWorld();
    const { source, clock } = world.addContainer();
    clock.move(minutes * 60_000);
    const users = [0, 1, 2].map((index): Subject => ({ type: 'user', id: world.box.enterprise.userAt(index).id }));
    const tokens = await Promise.all([enterprise, ...users].map((subject) => source.get(subject)));
    // `Date` has whole seconds.
    for (const { expiresAt } of tokens) expect(Math.abs(expiresAt - world.trueTime() - 3_600_000)).toBeLessThan(1_000);
  });
});

describe('a clock that is set back', () => {
  it('never makes an expired token look alive while the container runs', async () => {
    await using given = await warmContainer();
    const { world, container, source, token } = given;
    world.pass(token.expiresAt - world.trueTime() - 90_000);
    source.held(enterprise);
    container.clock.move(-600_000);
    for (let second = 0; second < 600; second += 30, world.pass(30_000)) {
      expect(world.box.tokens.find((await source.get(enterprise)).reveal())).toBeDefined();
    }
  });

  it('is put right for all tokens by the next answer of Box', async () => {
    await using given = await warmContainer();
    const { world, container, source } = given;
    const user: Subject = { type: 'user', id: world.box.enterprise.userAt(0).id };
    const token = await source.get(user);
    world.pass(token.expiresAt - world.trueTime() + 120_000);
    // While it lay idle, so that it could not be noticed.
    container.clock.move(-600_000);
    await source.mint(enterprise);
    expect(world.box.tokens.find((await source.get(user)).reveal())).toBeDefined();
  });

  it('keeps no refusal for longer, and no secret', async () => {
    await using world = await openWorld();
    const { source, clock } = world.addContainer();
    world.secret.reset({ oldLives: false });
    await expect(source.get(enterprise)).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
    world.secret.promote();
    clock.move(-600_000);
    await expect(source.get(enterprise)).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
    world.pass(31_000);
    await expect(source.get(enterprise)).resolves.toBeDefined();
  });
});
