import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, inject, it } from 'vitest';
import type { Exchange } from '../sandbox/box/http/exchange.ts';
import { openSandbox } from '../sandbox/sandbox.ts';
import { type AlteredAssembly, altered } from './altered.ts';

/** Arguments and environments of all processes of this machine, the functions' among them; `undefined` where they can't be read. */
async function everyProcess(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const files = ids.flatMap((id) => [`/proc/${id}/cmdline`, `/proc/${id}/environ`]);
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.join('\n');
}

const canary = 'ann.canary@example.com';

/** A copy of the assembly in which one job throws what clients of others throw: an error with the request in it. */
async function withThrowingJob(job: string): Promise<AlteredAssembly> {
  const code: string[] = [];
  const assembly = await altered(inject('assembly'), ({ Resources }) => {
    for (const { Properties, Metadata } of Object.values(Resources)) {
      const { Variables } = (Properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
      if (Variables?.NIGHTPORTER_JOB === job) code.push(String(Metadata?.['aws:asset:path']));
    }
  });
  const source = `
    import { rate, scheduledJob, serviceAccount } from 'nightporter';
    import { scheduled } from 'nightporter/entry/scheduled';
    const run = async () => { throw Object.assign(new Error('Request failed.'), { config: { headers: { login: '${canary}' } } }); };
    const job = scheduledJob({ impact: 'None.', schedule: rate(1, 'hour'), runAs: serviceAccount(), run });
    export const handler = await scheduled(job, { managers: {}, capabilities: [] });`;
  expect(code).toHaveLength(1);
  await writeFile(join(assembly.folder, String(code[0]), 'index.mjs'), source);
  return assembly;
}

describe('secrets, tokens and names', () => {
  it('occur in no log line, record or report where they do not belong, in good nights and bad ones', async () => {
    const exchanges: Exchange[] = [];
    const box = { users: 200, clientSecret: 'canary-client-secret', onExchange: (exchange: Exchange) => exchanges.push(exchange) };
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box });
    const logs: string[] = [];
    await sandbox.run('storage-report', new Date('2026-11-20T02:00:00Z'));
    await sandbox.putSecret();
    for (const job of ['storage-report', 'grant-check']) await sandbox.run(job, new Date('2026-11-21T02:00:00Z'));
    sandbox.box.faults.always({ path: '/2.0/users' }, { kind: 'status', status: 400, body: { message: `Invalid value '${canary}'` } });
    await sandbox.run('storage-report', new Date('2026-11-22T02:00:00Z'));
    sandbox.box.app.change({ authorized: false });
    sandbox.box.tokens.revokeAll();
    await sandbox.run('grant-check', new Date('2026-11-22T02:00:00Z'));
    for (const job of ['storage-report', 'grant-check']) logs.push(...sandbox.aws.logs(sandbox.functionName(job)));

    const tokens = exchanges.flatMap(({ path, responseBody }) => {
      const token = path === '/oauth2/token' ? /"access_token":\s*"([^"]+)"/.exec(responseBody)?.[1] : undefined;
      return token ? [token] : [];
    });
    expect(tokens.length).toBeGreaterThanOrEqual(3);
    const reports = await Promise.all(
      (await sandbox.reportKeys()).map(async (key) => Buffer.from(await sandbox.readReport(key)).toString()),
    );
    expect(reports.length).toBeGreaterThanOrEqual(4);
    const { region, ...credentials } = sandbox.aws.operator;
    const table = new DynamoDBClient({ region, credentials, endpoint: sandbox.aws.endpoint });
    const { RunsTableName } = sandbox.aws.outputs('Nightporter-sandbox-Foundation');
    const { Items = [] } = await table.send(new ScanCommand({ TableName: RunsTableName }));
    expect(Items.length).toBeGreaterThanOrEqual(5);

    const processes = await everyProcess();
    if (processes === undefined) console.info('Arguments of processes: not looked at, this system has no /proc.');
    else expect(processes).toContain('NIGHTPORTER_JOB=storage-report');

    for (const secret of ['canary-client-secret', canary, ...tokens]) {
      expect(processes ?? '').not.toContain(secret);
      expect(logs.join('\n')).not.toContain(secret);
      expect(reports.join('\n')).not.toContain(secret);
      expect(JSON.stringify(Items)).not.toContain(secret);
    }
    const { name, login } = sandbox.box.enterprise.userAt(0);
    for (const personal of [name, login]) {
      expect(reports.join('\n')).toContain(personal);
      expect(logs.join('\n')).not.toContain(personal);
      expect(JSON.stringify(Items)).not.toContain(personal);
    }
  });

  it('that an error of a job carries along are not told to Lambda, which would print and pass them on', async () => {
    await using assembly = await withThrowingJob('grant-check');
    await using sandbox = await openSandbox({ assembly: assembly.folder, box: { users: 5 } });
    const { outcome, payload } = await sandbox.run('grant-check', new Date('2026-11-20T02:00:00Z'));
    expect({ outcome, payload }).toMatchObject({ outcome: 'error', payload: { errorType: 'JOB_FAILED' } });
    const logs = sandbox.aws.logs(sandbox.functionName('grant-check')).join('\n');
    expect(logs).toContain('"reason":"Request failed."');
    expect(logs + JSON.stringify(payload)).not.toContain(canary);
  });
});
