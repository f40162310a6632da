import { describe, expect, inject, it } from 'vitest';
import type { Fault } from '../sandbox/box/faults/fault.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { altered, onFunctions } from './altered.ts';

const users = 25_000;

/** An enterprise whose rows take several parts of an upload; from the 90th page on, of 100, Box is in trouble. */
async function open(trouble?: Fault, assembly = inject('assembly')): Promise<Sandbox> {
  let pages = 0;
  const sandbox = await openSandbox({
    assembly,
    box: {
      users,
      contentFolders: 1,
      onExchange: ({ path }) => {
        if (path === '/2.0/users' && ++pages === 90 && trouble) sandbox.box.faults.always({ path }, trouble);
      },
    },
  });
  await sandbox.putSecret();
  return sandbox;
}

/** Objects of the report that were begun; a report that is not published has put none of them whole. */
const begun = ({ aws }: Sandbox, action: string) => [...new Set(aws.journal.calls({ action }).map(({ resource }) => resource))].toSorted();

async function expectNothingLeft(sandbox: Sandbox, code: string): Promise<void> {
  expect(await sandbox.run('storage-report')).toMatchObject({ outcome: 'error' });
  expect(sandbox.aws.logs(sandbox.functionName('storage-report')).join('\n')).toContain(`"error":"${code}"`);
  expect(begun(sandbox, 's3:PutObject').length).toBeGreaterThan(0);
  expect(begun(sandbox, 's3:AbortMultipartUpload')).toEqual(begun(sandbox, 's3:PutObject'));
  expect(await sandbox.reportKeys()).toEqual([]);
}

describe('a night in which the report takes several parts', { timeout: 60_000 }, () => {
  it('publishes every user, and sums that are right', async () => {
    await using sandbox = await open();
    expect(await sandbox.run('storage-report')).toMatchObject({ outcome: 'response', payload: { users } });
    const keys = await sandbox.reportKeys();
    const read = async (name: string) => Buffer.from(await sandbox.readReport(keys.find((key) => key.endsWith(name)) ?? '')).toString();
    const rows = (await read('rows.ndjson')).trimEnd().split('\n');
    expect(rows).toHaveLength(users);
    const used = rows.reduce((sum, row) => sum + (JSON.parse(row).used ?? 0), 0);
    expect(used).toBe(sandbox.box.enterprise.totals().spaceUsed);
    expect(JSON.parse(await read('manifest.json')).totals).toContainEqual({ label: 'Used', value: used, kind: 'bytes' });
    expect(begun(sandbox, 's3:AbortMultipartUpload')).toEqual([]);
  });

  it('publishes nothing and leaves no upload open when Box answers the last pages with a 500 for good', async () => {
    await using sandbox = await open({ kind: 'status', status: 500, headers: { 'retry-after': '0' } });
    await expectNothingLeft(sandbox, 'BOX_REQUEST_FAILED');
  });

  it('publishes nothing and leaves no upload open when its time is up', async () => {
    await using assembly = await altered(inject('assembly'), onFunctions({ Timeout: 12 }));
    await using sandbox = await open({ kind: 'hang' }, assembly.folder);
    await expectNothingLeft(sandbox, 'RUN_TOO_LONG');
  });
});
