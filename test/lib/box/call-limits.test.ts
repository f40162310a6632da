import { Readable } from 'node:stream';
import { SearchManager } from 'box-node-sdk/managers/search';
import { UploadsManager } from 'box-node-sdk/managers/uploads';
import { expect, it } from 'vitest';
import { CallBudget, type CallGate } from '../../../lib/box/call-gate.ts';
import { kindOf } from '../../../lib/box/call-kind.ts';
import { enterpriseSearches } from '../../../lib/box/call-window.ts';
import { resolveEndpoints } from '../../../lib/box/endpoints.ts';
import { openManagers } from '../../../lib/session/box.ts';
import { createTokenSource } from '../../../lib/token/token-source.ts';
import { Clock } from '../../sandbox/box/clock.ts';
import { startBox } from '../../sandbox/box/server.ts';
import { credentialsOf } from '../token/credentials-of.ts';

it('users who search and upload more than Box allows are never refused: each is held for as long as it takes', async () => {
  const clock = new Clock();
  await using box = await startBox({ users: 5, contentFolders: 1, now: clock.now });
  const tokens = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box), now: clock.now });
  const everybodysSearches = enterpriseSearches(1);
  const begun = clock.now();
  const users = ['11000001', '11000002', '11000003'].map((id) => {
    const budget = new CallBudget({ everybodysSearches, now: clock.now });
    // Whoever is held lets the time pass instead.
    const gate: CallGate = {
      get calls() {
        return budget.calls;
      },
      admit(signal, kind) {
        clock.advance(budget.heldMs(kind));
        return budget.admit(signal, kind);
      },
      pause: (ms) => budget.pause(ms),
      heldMs: () => budget.heldMs(),
    };
    const managers = openManagers(
      { search: SearchManager, uploads: UploadsManager },
      { endpoints: resolveEndpoints(box.url), tokens, gate, subject: { type: 'user', id } },
      { signal: new AbortController().signal, remainingMs: () => 0 },
    );
    return managers as { readonly search: SearchManager; readonly uploads: UploadsManager };
  });
  const [first] = users;
  for (let nth = 0; nth < 70; nth++) for (const { search } of users) await search.searchForContent({ query: 'x' });
  for (let nth = 0; nth < 250; nth++)
    await first?.uploads.uploadFile({ attributes: { name: `${nth}`, parent: { id: '0' } }, file: Readable.from(['x']) });
  const calls = box.journal.entries.filter(({ path }) => /search|content/.test(path));
  expect(calls.map(({ status }) => status).filter((status) => status === 429)).toEqual([]);
  expect(calls.length).toBe(3 * 70 + 250);
  // The 61st search and the 241st upload wait for a minute of their own; what comes before does not.
  expect(clock.now() - begun).toBeLessThan(2 * 61_000 + 70_000);
});

it.each([
  ['https://upload.box.com/api/2.0/files/content', 'upload'],
  ['https://upload.box.com/api/2.0/files/7/content?fields=id', 'upload'],
  ['https://upload.app.box.com/api/2.0/files/upload_sessions/F97/commit', 'upload'],
  ['https://api.box.com/2.0/search', 'search'],
  ['https://api.box.com/2.0/search?query=%2Fapi', 'search'],
  ['https://api.box.com/2.0/searches', 'call'],
  ['https://api.box.com/2.0/files/content', 'call'],
  ['https://api.box.com/2.0/files/7#update', 'call'],
])('%s counts as %s', (url, kind) => expect(kindOf(url)).toBe(kind));
