import { describe, expect, inject, it } from 'vitest';
import { openContract } from '../sandbox/box/contract.ts';
import type { Exchange } from '../sandbox/box/exchange.ts';
import { openSandbox } from '../sandbox/sandbox.ts';

const description = process.env.BOX_OPENAPI;
const why = description ? '' : ' (skipped: BOX_OPENAPI does not name the file)';

describe("Box's own description", () => {
  it.skipIf(!description)(`fits every request of a night and every answer${why}`, async () => {
    const exchanges: Exchange[] = [];
    const onExchange = (exchange: Exchange) => exchanges.push(exchange);
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 1_500, onExchange } });
    await sandbox.putSecret();
    for (const job of ['storage-report', 'folder-inventory', 'grant-check']) await sandbox.run(job);
    sandbox.box.app.change({ authorized: false });
    sandbox.box.tokens.revokeAll();
    await sandbox.run('grant-check', new Date('2026-11-22T09:00:00Z'));

    const contract = openContract(description ?? '');
    const violations = exchanges.flatMap(({ method, path, query, requestHeaders, requestBody, status, responseBody }) => [
      ...contract.checkRequest(method, `${path}?${query}`, requestHeaders, requestBody),
      ...contract.checkResponse(method, path, status, responseBody),
    ]);
    expect(exchanges.length).toBeGreaterThan(600);
    expect(violations).toEqual([]);
  });
});
