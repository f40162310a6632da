import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSandbox } from '../sandbox/sandbox.ts';
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
