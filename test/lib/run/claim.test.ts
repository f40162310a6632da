import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { claimsIn } from '../../../lib/run/claim.ts';
import { runsTable } from './table.ts';

const due = '2026-11-22T02:00:00Z';
const request = (runId: string) => ({ job: 'storage-report', due, runId, leaseMs: 900_000, startedBy: 'scheduler' });

async function record({ client, name }: Awaited<ReturnType<typeof runsTable>>) {
  const { Item = {} } = await client.send(
    new GetItemCommand({ TableName: name, Key: { pk: { S: 'job#storage-report' }, sk: { S: due } } }),
  );
  return Item;
}

describe('a due time', () => {
  it('goes to exactly one of twenty runs that claim it at once', async () => {
    await using table = await runsTable();
    const claims = claimsIn(table.client, table.name);
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => claims.claim(request(`run-${index}`))));
    expect(results.filter(Boolean)).toHaveLength(1);
  });

  it('is taken by nobody while its lease lives, nor after the work is done', async () => {
    await using table = await runsTable();
    const claims = claimsIn(table.client, table.name);
    const first = await claims.claim(request('first'));
    expect(await claims.claim(request('second'))).toBeUndefined();
    await first?.done({ users: 3 });
    expect(await claims.claim(request('third'))).toBeUndefined();
    expect(await record(table)).toMatchObject({
      run: { S: 'first' },
      startedBy: { S: 'scheduler' },
      state: { S: 'done' },
      attempt: { N: '1' },
      counts: { M: { users: { N: '3' } } },
    });
  });

  it('is taken over with the next attempt after a failure', async () => {
    await using table = await runsTable();
    const claims = claimsIn(table.client, table.name);
    await (await claims.claim(request('first')))?.failed('BOX_UNREACHABLE');
    expect(await record(table)).toMatchObject({ state: { S: 'failed' }, code: { S: 'BOX_UNREACHABLE' } });
    expect((await claims.claim(request('second')))?.attempt).toBe(2);
    expect(await record(table)).toMatchObject({ run: { S: 'second' }, state: { S: 'running' } });
  });

  it('is taken over when its lease has lapsed, and the one who lost it can not write its record any more', async () => {
    await using table = await runsTable();
    let now = 1_000_000;
    const claims = claimsIn(table.client, table.name, () => now);
    const lost = await claims.claim(request('lost'));
    now += 900_001;
    const taken = await claims.claim(request('taken'));
    expect(taken?.attempt).toBe(2);
    await expect(lost?.done({})).rejects.toMatchObject({ code: 'RUN_NOT_CLAIMED' });
    await taken?.done({});
    expect(await record(table)).toMatchObject({ run: { S: 'taken' }, state: { S: 'done' } });
  });

  it('is known as its own by the run whose claim was applied and whose answer was lost', async () => {
    await using table = await runsTable();
    const claims = claimsIn(table.client, table.name);
    table.loseAnswer();
    const claim = await claims.claim(request('first'));
    expect(claim?.attempt).toBe(1);
    await claim?.done({ users: 3 });
    expect(await record(table)).toMatchObject({ run: { S: 'first' }, state: { S: 'done' }, attempt: { N: '1' } });
  });

  it('is not taken twice by one event that is delivered twice under the same id, whether or not answers are lost', async () => {
    await using table = await runsTable();
    let now = 1_000_000;
    const claims = claimsIn(table.client, table.name, () => now++);
    expect(await claims.claim(request('one-id'))).toBeDefined();
    expect(await claims.claim(request('one-id'))).toBeUndefined();
    table.loseAnswer();
    expect(await claims.claim(request('one-id'))).toBeUndefined();
  });

  it('is not taken when the table can not be reached', async () => {
    const table = await runsTable();
    const claims = claimsIn(table.client, 'no-such-table');
    await expect(claims.claim(request('first'))).rejects.toMatchObject({ code: 'RUN_NOT_CLAIMED' });
    await table[Symbol.asyncDispose]();
  });
});
