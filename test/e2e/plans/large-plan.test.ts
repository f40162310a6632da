import { expect, it } from 'vitest';
import { within } from '../../sandbox/box/enterprise/content-tree.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { activeUsers } from '../rounds/rounds.ts';
import { bookOf, changesIn, job, openCompany, openLinks, stageThatChanges } from './changes.ts';

const filesOfEach = 300;

/** Everybody puts files into the own root folder, and shares each with everyone who has the link. */
function shareMuch(sandbox: Sandbox): void {
  const { enterprise, desk, now } = { ...sandbox.box, now: sandbox.aws.now() };
  for (const id of activeUsers(sandbox)) {
    const user = enterprise.user(id);
    if (!user) continue;
    for (let nth = 0; nth < filesOfEach; nth++) desk.upload(id, '0', `shared ${nth}.txt`, 1);
    for (const item of within(enterprise.content(user).root).filter(({ name }) => name.startsWith('shared '))) {
      const unused = { password: undefined, expiresAt: undefined, vanityName: undefined, downloads: 0, previews: 0 };
      const link = { key: `${id}${item.name}`.replace(/\W/g, ''), access: 'open' as const, canDownload: true, createdAt: now, ...unused };
      item.more = { ...item.more, link };
    }
  }
}

/** With `LARGE=1`: it takes half a minute. What happens where one part ends and the next begins is proved for small ones too. */
const isAsked = process.env.LARGE !== undefined;

it.skipIf(!isAsked)(
  'a plan of more actions than an execution has operations is applied whole, each once',
  { timeout: 240_000 },
  async () => {
    await using assembly = await stageThatChanges('enforce', { limits: { actions: 10_000, share: 1 } });
    await using sandbox = await openCompany(assembly);
    shareMuch(sandbox);
    const open = openLinks(sandbox);
    // Lambda ends an execution at 3,000 operations.
    expect(open.length).toBeGreaterThan(3_000);
    const run = await sandbox.run(job);
    expect(run).toMatchObject({ outcome: 'response', payload: { planned: open.length, applied: open.length } });
    expect(openLinks(sandbox)).toEqual([]);
    expect(changesIn(sandbox)).toBe(open.length);
    const book = await bookOf(sandbox, 'ledger.ndjson');
    expect(book).toHaveLength(open.length);
    expect(book?.every(({ outcome }) => outcome === 'done')).toBe(true);
  },
);
