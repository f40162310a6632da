import { type AttributeValue, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { alarmedMetrics, emittedMetrics } from './alarmed.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

let assembly: StageAssembly;
beforeAll(async () => {
  assembly = await stageWith({ sharedTokens: true });
}, 60_000);
afterAll(() => assembly[Symbol.asyncDispose]());

async function open(): Promise<Sandbox> {
  const sandbox = await openSandbox({ assembly: assembly.folder, box: { users: 20, contentFolders: 5 } });
  await sandbox.putSecret();
  return sandbox;
}

/** The table of shared tokens, as somebody sees it who may do everything. */
function tableOf({ aws }: Sandbox) {
  const { region, ...credentials } = aws.operator;
  const client = new DynamoDBClient({ region, credentials, endpoint: aws.endpoint });
  const TableName = aws.outputs('Nightporter-sandbox-Foundation').TokensTableName;
  return {
    items: async () => (await client.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? [],
    put: (Item: Item) => client.send(new PutItemCommand({ TableName, Item })),
  };
}

type Item = Record<string, AttributeValue>;

/** What would stand in the item of a second Box app of this stage. */
async function encryptedForAnotherApp(sandbox: Sandbox, item: Item): Promise<Uint8Array> {
  const { region, ...credentials } = sandbox.aws.operator;
  const kms = new KMSClient({ region, credentials, endpoint: sandbox.aws.endpoint });
  const [{ resource: KeyId } = expect.unreachable()] = sandbox.aws.journal.calls({ action: 'kms:Encrypt' });
  const { TokensTableName: table = '' } = sandbox.aws.outputs('Nightporter-sandbox-Foundation');
  const EncryptionContext = { table, scope: 'the secret of another app', subject: 'enterprise', expiresAt: item.tokenExpiresAt?.N ?? '' };
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('a token'), EncryptionContext }));
  return CiphertextBlob ?? expect.unreachable();
}

const grants = ({ box }: Sandbox) => box.journal.entries.filter(({ path }) => path === '/oauth2/token');
const named = (sandbox: Sandbox, name: string) => sandbox.aws.metrics().filter((metric) => metric.name === name);
const night = (day: number) => new Date(Date.UTC(2026, 10, day, 2));

describe('a stage with sharedTokens', () => {
  it('gives two cold functions one token, which stands in the table encrypted and by its fingerprint', async () => {
    await using sandbox = await open();
    for (const job of ['storage-report', 'grant-check']) {
      expect(await sandbox.run(job, night(21))).toMatchObject({ outcome: 'response' });
    }
    // The check asks for a fresh one by its nature.
    expect(named(sandbox, 'TokenSharedHit').length).toBeGreaterThanOrEqual(1);
    expect(grants(sandbox).length).toBe(2);
    const [item, ...others] = await tableOf(sandbox).items();
    expect(others).toEqual([]);
    expect(item).toMatchObject({ fingerprint: { S: expect.stringMatching(/^[0-9a-f]{8}$/) }, ciphertext: { B: expect.anything() } });
    expect(sandbox.aws.journal.calls({ action: 'kms:Encrypt' })).toHaveLength(1);
    expect(named(sandbox, 'SharedTierFailed')).toEqual([]);
  });

  it('tells how long a function has waited for the token that another was getting, where the alarm on such waits looks', async () => {
    await using sandbox = await open();
    sandbox.box.faults.always({ path: '/oauth2/token' }, { kind: 'slow', milliseconds: 1_500 });
    await Promise.all(['storage-report', 'grant-check'].map((job) => sandbox.run(job, night(21))));
    const watched = 'Nightporter TokenLeaseWait App=default Stage=sandbox';
    expect(await alarmedMetrics(assembly.folder, sandbox)).toContain(watched);
    expect([...emittedMetrics(sandbox)]).toContain(watched);
  });

  it.each<[string, (sandbox: Sandbox, item: Item) => Promise<Partial<Item>>]>([
    [
      'was copied from the key of another Box app',
      async (sandbox, item) => ({ ciphertext: { B: await encryptedForAnotherApp(sandbox, item) } }),
    ],
    ['has an end that somebody moved', async (_, item) => ({ tokenExpiresAt: { N: String(Number(item.tokenExpiresAt?.N) + 60_000) } })],
  ])('takes no item that %s: KMS refuses, the function mints, and an alarm hears of it', async (_, changed) => {
    await using sandbox = await open();
    await sandbox.run('storage-report', night(21));
    const table = tableOf(sandbox);
    const [item = expect.unreachable()] = await table.items();
    await table.put({ ...item, ...(await changed(sandbox, item)), fingerprint: { S: '00000000' } });
    expect(await sandbox.run('grant-check', night(21))).toMatchObject({ outcome: 'response' });
    // The report's, the check's own, and the one that it checks.
    expect(grants(sandbox)).toHaveLength(3);
    expect(sandbox.aws.journal.calls({ action: 'kms:Decrypt', service: 'kms', status: 400 }).length).toBeGreaterThanOrEqual(1);
    const alarmed = (await alarmedMetrics(assembly.folder, sandbox)).filter((metric) => metric.includes('SharedTierFailed'));
    expect(alarmed).toEqual(['Nightporter SharedTierFailed App=default Stage=sandbox']);
    expect([...emittedMetrics(sandbox)]).toEqual(expect.arrayContaining([...alarmed]));
  });
});
