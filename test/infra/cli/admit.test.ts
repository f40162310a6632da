import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSetting } from '../../../infra/cli/secret/stage-file.ts';
import { type Aws, startAws } from '../../sandbox/aws/index.ts';
import { freshClone } from '../context.ts';
import { temporaryFolder } from '../temporary.ts';
import { typed } from './typed.ts';

const operator = 'arn:aws:iam::000000000000:role/sandbox/operator';
const before = process.cwd();
let aws: Aws;
beforeAll(async () => {
  aws = await startAws({ assembly: temporaryFolder() });
  const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, region: AWS_REGION } = aws.operator;
  Object.assign(process.env, { AWS_ENDPOINT_URL: aws.endpoint, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION });
});
afterAll(async () => {
  process.chdir(before);
  await aws.stop();
});

/** A folder with this cdk.json, or a fresh clone's; the command is typed there. */
function appFolder(text?: string): string {
  const folder = temporaryFolder();
  const file = join(folder, 'cdk.json');
  if (text === undefined) freshClone(folder);
  else writeFileSync(file, text);
  process.chdir(folder);
  return file;
}

describe('secret admit', () => {
  it('writes the role whose session the caller has, with its path, as one line of cdk.json', async () => {
    const file = appFolder();
    const was = readFileSync(file, 'utf8');
    const admit = () => typed('secret', 'admit', '--stage', 'production');
    expect(await admit()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(operator) });
    const line = `        "operatorRoleArn": "${operator}",\n`;
    expect(readFileSync(file, 'utf8')).toBe(was.replace('      "production": {\n', (opening) => opening + line));
    expect((await admit()).stdout).toContain('stands in cdk.json already');
  });

  it('leaves another role where it stands, and a pattern out', async () => {
    const file = appFolder();
    const was = readFileSync(file, 'utf8');
    const other = ['secret', 'admit', 'arn:aws:iam::111122223333:role/porter', '--stage', 'sandbox'];
    expect(await typed(...other)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`yourself: it is ${operator}.`) });
    const pattern = ['secret', 'admit', 'arn:aws:iam::111122223333:role/*'];
    expect(await typed(...pattern)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Give the ARN of one IAM role') });
    expect(await typed('secret', 'admit', '--stage', 'nowhere')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('stages.nowhere'),
    });
    expect(readFileSync(file, 'utf8')).toBe(was);
  });

  it.each([
    ['an empty stage', '{\n  "context": {\n    "stages": {\n      "dev": {}\n    }\n  }\n}'],
    [
      'a stage that is called as a setting is',
      '{\n  "context": {\n    "stages": {\n      "a": {\n        "dev": { "b": 1 }\n      },\n      "dev": {\n        "b": 1\n      }\n    }\n  }\n}',
    ],
    ['all in one line', '{ "context": { "stages": { "dev": { "b": 1 } } } }'],
  ])('finds the stage, or says that it does not: %s', async (_, text) => {
    const file = appFolder(text);
    const wanted = JSON.parse(text);
    wanted.context.stages.dev.key = 'value';
    const done = await addSetting(file, 'dev', 'key', 'value').catch(({ message }: Error) => message);
    if (done === true) expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(wanted);
    else {
      expect(done).toBe('Set stages.dev.key in cdk.json to value yourself: its layout is not ours.');
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
  });
});
