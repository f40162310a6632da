import { DeleteSecretCommand, RestoreSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, inject, it } from 'vitest';
import { typedWith } from '../infra/cli/typed.ts';
import { openSandbox } from '../sandbox/sandbox.ts';

it('a secret in its recovery window is said to be that, by runs and by the command, and serves again once it is restored', async () => {
  await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 5 } });
  const { endpoint, operator, outputs } = sandbox.aws;
  const { accessKeyId, secretAccessKey, region } = operator;
  Object.assign(process.env, { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, BOX_ENDPOINT_URL: sandbox.box.url });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  const client = new SecretsManagerClient({ endpoint, region, credentials: operator });
  const SecretId = outputs('Nightporter-sandbox-Foundation').BoxSecretArnDefault;
  const { app } = sandbox.box;
  const credentials = { boxAppSettings: { clientID: app.clientId, clientSecret: app.clientSecret }, enterpriseID: app.enterpriseId };
  const put = () => typedWith(JSON.stringify(credentials), 'secret', 'put', '--stage', 'sandbox');
  await sandbox.putSecret();

  await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 30 }));
  expect(await sandbox.run('storage-report', new Date('2026-11-21T02:00:00Z'))).toMatchObject({ outcome: 'error' });
  const log = sandbox.aws.logs(sandbox.functionName('storage-report')).join('\n');
  expect(log).toContain("Restore the Box app's secret: it is marked for deletion");
  const refused = await put();
  expect(refused.stderr).toMatch(/^AWS_REFUSED: Restore the secret with .*secretsmanager:PutSecretValue is refused while it is marked/);
  expect(refused.exitCode).toBe(1);

  // Neither a deployment nor a run makes another secret of its own.
  await sandbox.aws.deploy();
  expect(outputs('Nightporter-sandbox-Foundation').BoxSecretArnDefault).toBe(SecretId);
  await client.send(new RestoreSecretCommand({ SecretId }));
  expect(await put()).toMatchObject({ exitCode: 0 });
  expect(await sandbox.run('storage-report', new Date('2026-11-22T02:00:00Z'))).toMatchObject({ payload: { users: 5 } });
});
