import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { closeConnections } from '../../../lib/http/origin.ts';
import type { Credentials, CredentialsSource } from '../../../lib/token/credentials.ts';
import { Redacted } from '../../../lib/token/redacted.ts';
import type { Subject } from '../../../lib/token/subject.ts';
import { createTokenSource } from '../../../lib/token/token-source.ts';
import { type BoxSimulator, startBox } from '../../sandbox/box/server.ts';
import { type RunsTable, tokensTable } from '../run/table.ts';
import { container } from './fleet.ts';

const enterprise: Subject = { type: 'enterprise' };

afterEach(closeConnections);

const mints = (box: BoxSimulator): number => box.journal.entries.filter(({ path }) => path === '/oauth2/token').length;

/** With which version of the secret the token in the table was granted. */
async function sharedVersion({ client, name }: RunsTable): Promise<string | undefined> {
  const command = new GetItemCommand({ TableName: name, Key: { pk: { S: 'token app enterprise' } }, ConsistentRead: true });
  return (await client.send(command)).Item?.secretVersion?.S;
}

/** A secret of which each reading may bring something else. */
function secretOf({ app }: BoxSimulator) {
  let value = { clientId: app.clientId, clientSecret: new Redacted(app.clientSecret), enterpriseId: app.enterpriseId, versionId: 'v1' };
  const read = async () => value;
  const source: CredentialsSource = { get: read, reread: read };
  return {
    source,
    change(to: Partial<Omit<Credentials, 'clientSecret'>>) {
      value = { ...value, ...to };
    },
  };
}

describe('a secret that is of another app or enterprise than before', () => {
  it('leaves nobody with a token of the old one after the next reading', async () => {
    await using box = await startBox();
    const secret = secretOf(box);
    const source = createTokenSource({ apiUrl: box.url, credentials: secret.source });
    const user: Subject = { type: 'user', id: '11000001' };
    const old = await source.get(enterprise);
    secret.change({ enterpriseId: '424242', versionId: 'v2' });
    // Whoever needs a token makes the secret be read.
    await source.get(user);
    expect(source.held(enterprise)).toBeUndefined();
    await expect(source.get(enterprise)).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
    secret.change({ enterpriseId: box.app.enterpriseId, versionId: 'v3' });
    await source.mint(user);
    expect((await source.get(enterprise)).fingerprint).not.toBe(old.fingerprint);
  });

  it('keeps no token that was asked for with the old one and came late', async () => {
    await using box = await startBox();
    const secret = secretOf(box);
    const source = createTokenSource({ apiUrl: box.url, credentials: secret.source });
    box.faults.once({ path: '/oauth2/token' }, { kind: 'slow', milliseconds: 300 });
    const late = source.get(enterprise);
    while (mints(box) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    secret.change({ enterpriseId: '424242', versionId: 'v2' });
    await source.get({ type: 'user', id: '11000001' });
    await expect(late).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
    expect(source.held(enterprise)).toBeUndefined();
  });

  it('shares no token across the change, while containers still have either', async () => {
    await using box = await startBox();
    await using table = await tokensTable();
    const [before, after] = [secretOf(box), secretOf(box)];
    after.change({ clientId: 'another-app', versionId: 'v2' });
    const first = container(box, table, 'before', { credentials: before.source });
    const second = container(box, table, 'after', { credentials: after.source });
    await first.source.get(enterprise);
    // Once it knows which app it has.
    await second.source.mint({ type: 'user', id: '11000001' }).catch(() => undefined);
    await expect(second.source.get(enterprise)).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
    expect(await sharedVersion(table)).toBe('v1');
  });

  it('and a rotation of the same app goes on with the token that is shared', async () => {
    await using box = await startBox();
    await using table = await tokensTable();
    const rotated = secretOf(box);
    rotated.change({ versionId: 'v2' });
    const token = await container(box, table, 'before').source.get(enterprise);
    const second = container(box, table, 'after', { credentials: rotated.source });
    await second.source.mint({ type: 'user', id: '11000001' });
    expect((await second.source.get(enterprise)).fingerprint).toBe(token.fingerprint);
  });
});
