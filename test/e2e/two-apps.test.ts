import { type AttributeValue, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { altered, type Template } from './altered.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

let assembly: StageAssembly;
beforeAll(async () => {
  assembly = await stageWith({ jobs: { 'grant-check': true }, settings: {}, sharedTokens: true, apps: { default: {}, reader: {} } });
}, 60_000);
afterAll(() => assembly[Symbol.asyncDispose]());

type Variables = Record<string, unknown>;

/** The environment of a job's function. */
function variablesOf({ Resources }: Template, job: string): Variables {
  const environments = Object.values(Resources).map(
    ({ Properties }) => (Properties?.Environment as { Variables?: Variables } | undefined)?.Variables ?? {},
  );
  return environments.find((variables) => variables.NIGHTPORTER_JOB === job) ?? expect.unreachable();
}

/** As after a mistake in a deployment, or by code that somebody has smuggled in. */
function withSecretOfAnotherApp(template: Template): void {
  variablesOf(template, 'grant-check-reader').BOX_SECRET_ARN = variablesOf(template, 'grant-check').BOX_SECRET_ARN;
}

it('a job of one Box app gets neither the secret of another app nor its shared token', async () => {
  await using crossed = await altered(assembly.folder, withSecretOfAnotherApp);
  await using sandbox = await openSandbox({ assembly: crossed.folder, box: { users: 5 } });
  await sandbox.putSecret();
  expect(await sandbox.run('grant-check')).toMatchObject({ outcome: 'response' });
  expect(await sandbox.run('grant-check-reader')).toMatchObject({ outcome: 'error' });
  const refused = sandbox.aws.journal.calls({ status: 400 }).map(({ action }) => action);
  expect(refused).toEqual(expect.arrayContaining(['secretsmanager:GetSecretValue', 'dynamodb:GetItem']));
  const log = sandbox.aws.logs(sandbox.functionName('grant-check-reader')).join('\n');
  expect(log).toContain('SECRET_UNREADABLE');
  expect(log).not.toContain('Token obtained');
});

it.each([
  ['its own app', 'reader', false],
  ['another app', 'default', true],
])('a job hears what Box has asked of the service account of %s: %s, refused: %s', async (_, app, isRefused) => {
  await using crossed = await altered(assembly.folder, (template) => {
    variablesOf(template, 'grant-check-reader').NIGHTPORTER_APP = app;
  });
  await using sandbox = await openSandbox({ assembly: crossed.folder, box: { users: 5 } });
  await sandbox.putSecret();
  await sandbox.run('grant-check-reader');
  const asked = sandbox.aws.journal.calls({ action: 'dynamodb:Query' });
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.map(({ status }) => status === 400)).toEqual(asked.map(() => isRefused));
});

type Item = Record<string, AttributeValue>;

const foundation = ({ aws }: Sandbox) => aws.outputs('Nightporter-sandbox-Foundation');

/** What somebody does who may do everything. */
function operator({ aws }: Sandbox) {
  const { region, ...credentials } = aws.operator;
  const options = { region, credentials, endpoint: aws.endpoint };
  return { table: new DynamoDBClient(options), secrets: new SecretsManagerClient(options) };
}

/** The credentials of one Box app for the other as well: nothing but their places tells the two apart. */
async function giveReaderTheSame(sandbox: Sandbox): Promise<void> {
  const { BoxSecretArnDefault, BoxSecretArnReader } = foundation(sandbox);
  const { secrets } = operator(sandbox);
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: BoxSecretArnDefault }));
  await secrets.send(new PutSecretValueCommand({ SecretId: BoxSecretArnReader, SecretString }));
}

/** What one app has shared, under the key of the other. */
async function copyToReader(sandbox: Sandbox): Promise<void> {
  const { TokensTableName: TableName, BoxSecretArnDefault = '', BoxSecretArnReader = '' } = foundation(sandbox);
  const { table } = operator(sandbox);
  const [item = expect.unreachable()] = (await table.send(new ScanCommand({ TableName }))).Items ?? [];
  const pk = item.pk?.S?.replace(BoxSecretArnDefault, BoxSecretArnReader) ?? '';
  expect(pk).toContain(BoxSecretArnReader);
  await table.send(new PutItemCommand({ TableName, Item: { ...item, pk: { S: pk } } satisfies Item }));
}

/** A role that may read every item of the table: what is left is the key. */
function withWholeTable({ Resources }: Template): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== 'AWS::IAM::Policy') continue;
    const { Statement } = Properties.PolicyDocument as { Statement: { Condition?: Record<string, unknown> }[] };
    for (const statement of Statement)
      if (JSON.stringify(statement.Condition ?? {}).includes('dynamodb:LeadingKeys')) delete statement.Condition;
  }
}

/** What the jobs of an app have asked of the key that tokens are encrypted under; whether their role let them, and what KMS said. */
function decryptions({ aws }: Sandbox, app: string) {
  const calls = aws.journal.calls({ action: 'kms:Decrypt' }).filter(({ context }) => 'kms:EncryptionContext:subject' in context);
  const own = calls.filter(({ principal }) => principal.includes(`/nightporter/sandbox/${app}/`));
  return own.map(({ context, allowed, status }) => ({ scope: context['kms:EncryptionContext:scope'], allowed, status }));
}

/** Its step was refused, and nothing came of it. */
function expectRefusal(sandbox: Sandbox, error: string): void {
  const log = sandbox.aws.logs(sandbox.functionName('grant-check-reader')).join('\n');
  expect(log).toContain(`"step":"read","cause":"${error}"`);
  expect(log).not.toContain('"tier":"shared"');
}

describe('a token that one Box app has shared', () => {
  it('can not be decrypted where it is copied to the place of another app, even one with the same credentials', async () => {
    await using sandbox = await openSandbox({ assembly: assembly.folder, box: { users: 5 } });
    await sandbox.putSecret();
    await giveReaderTheSame(sandbox);
    await sandbox.run('grant-check');
    await copyToReader(sandbox);
    expect(await sandbox.run('grant-check-reader')).toMatchObject({ outcome: 'response' });
    const scope = foundation(sandbox).BoxSecretArnReader;
    expect(decryptions(sandbox, 'reader')).toEqual([{ scope, allowed: true, status: 400 }]);
    expectRefusal(sandbox, 'InvalidCiphertextException');
  });

  it('can not be decrypted by a role of another app, though it reads the item and says whose it is', async () => {
    const change = (template: Template) => {
      withSecretOfAnotherApp(template);
      withWholeTable(template);
    };
    await using crossed = await altered(assembly.folder, change);
    await using sandbox = await openSandbox({ assembly: crossed.folder, box: { users: 5 } });
    await sandbox.putSecret();
    await sandbox.run('grant-check');
    expect(await sandbox.run('grant-check-reader')).toMatchObject({ outcome: 'error' });
    const scope = foundation(sandbox).BoxSecretArnDefault;
    expect(decryptions(sandbox, 'reader')).toEqual([{ scope, allowed: false, status: 400 }]);
    expectRefusal(sandbox, 'AccessDeniedException');
  });
});
