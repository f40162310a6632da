import { expect, test } from 'vitest';
import { askToken, get, mint } from './http/box-http.ts';
import type { Exchange } from './http/exchange.ts';
import { startBox } from './server.ts';

test('the journal tells every request, and holds neither secret nor token', async () => {
  await using box = await startBox({ users: 3, contentFolders: 1 });
  const token = await mint(box, '11000001');
  await get(box, '/2.0/users/me?fields=name', token);
  await get(box, `/2.0/users/me?access_token=${token}`, 'unknown');
  const [minted, read, refused] = box.journal.entries;
  expect(minted).toMatchObject({ method: 'POST', path: '/oauth2/token', subject: '11000001', status: 200, fault: undefined });
  expect(minted?.bodyKeys).toEqual(['grant_type', 'client_id', 'client_secret', 'box_subject_type', 'box_subject_id']);
  expect(read).toMatchObject({
    path: '/2.0/users/me',
    query: 'fields=name',
    subject: '11000001',
    tokenFingerprint: minted?.tokenFingerprint,
  });
  expect(refused).toMatchObject({ status: 401, subject: undefined });
  const text = JSON.stringify(box.journal.entries);
  expect(text).not.toContain(token);
  expect(text).not.toContain(box.app.clientSecret);
});

test('it keeps the last requests only, or none', async () => {
  await using box = await startBox({ users: 3, contentFolders: 1, journalLimit: 5 });
  for (let request = 0; request < 23; request++) await askToken(box);
  expect(box.journal.entries.length).toBeLessThan(10);
  expect(box.journal.entries.length + box.journal.dropped).toBe(23);
  await using silent = await startBox({ users: 3, contentFolders: 1, journalLimit: 0 });
  await askToken(silent);
  expect(silent.journal.entries).toEqual([]);
});

test('an exchange has what passed, bodies included', async () => {
  const exchanges: Exchange[] = [];
  await using box = await startBox({ users: 3, contentFolders: 1, onExchange: (exchange) => exchanges.push(exchange) });
  const token = await mint(box);
  await get(box, '/2.0/users?limit=1', token);
  expect(exchanges).toMatchObject([
    { method: 'POST', path: '/oauth2/token', status: 200, requestBody: expect.stringContaining('grant_type=client_credentials') },
    { method: 'GET', path: '/2.0/users', query: 'limit=1', status: 200, responseBody: expect.stringContaining('11000001') },
  ]);
});
