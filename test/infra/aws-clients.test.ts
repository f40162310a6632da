import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleLayer, layerPackage } from '../../infra/bundle/layer.ts';
import { listen } from '../lib/listen.ts';
import { root } from './stacks.ts';
import { temporaryFolder } from './temporary.ts';

/** A layer whose only entry hands out the AWS clients as they are bundled. */
let clients: string;
beforeAll(async () => {
  const folder = temporaryFolder();
  for (const path of ['lib/declare', 'lib/sink', 'node_modules']) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    symlinkSync(join(root, path), join(folder, path));
  }
  mkdirSync(join(folder, 'lib/entry'));
  mkdirSync(join(folder, 'lib/session/capability'), { recursive: true });
  writeFileSync(
    join(folder, 'lib/entry/clients.ts'),
    `export { awsClientOptions } from ${JSON.stringify(join(root, 'lib/http/aws-request-handler.ts'))};
     export { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
     export { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
     export { AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, PutObjectCommand, S3Client, UploadPartCommand }
       from '@aws-sdk/client-s3';`,
  );
  await bundleLayer({ root: folder, outDir: join(folder, 'layer'), waysIn: { common: ['clients'], rare: [] } });
  clients = join(folder, 'layer', layerPackage, 'entry/clients.mjs');
});

const lambda = {
  AWS_REGION: 'eu-west-2',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  AWS_SESSION_TOKEN: 'session',
};

/** Runs `script` in a process that has Lambda's variables only; `c` is the bundle. Answers what it prints. */
async function run(script: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const source = `const c = await import(${JSON.stringify(clients)}); ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [printed, complaint] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return printed + complaint;
}

const key = `Bucket: 'reports', Key: 'reports/job/a.csv'`;
const item = `TableName: 'runs', Key: { pk: { S: 'a' }, sk: { S: 'b' } }`;

describe('each AWS command that we use works as it is bundled', () => {
  it.each<[string, string, string, string]>([
    ['SecretsManager', `GetSecretValueCommand({ SecretId: 'arn' })`, 'POST / secretsmanager.GetSecretValue', '{"SecretString":"value"}'],
    ['DynamoDB', `GetItemCommand({ ${item} })`, 'POST / DynamoDB_20120810.GetItem', '{"Item":{"n":{"N":"1"}}}'],
    ['DynamoDB', `PutItemCommand({ TableName: 'runs', Item: { pk: { S: 'a' } } })`, 'POST / DynamoDB_20120810.PutItem', '{}'],
    ['DynamoDB', `UpdateItemCommand({ ${item} })`, 'POST / DynamoDB_20120810.UpdateItem', '{}'],
    ['DynamoDB', `QueryCommand({ TableName: 'runs' })`, 'POST / DynamoDB_20120810.Query', '{"Items":[]}'],
    ['S3', `PutObjectCommand({ ${key}, Body: 'a,b' })`, 'PUT /reports/reports/job/a.csv?x-id=PutObject', ''],
    ['S3', `CreateMultipartUploadCommand({ ${key} })`, 'POST /reports/reports/job/a.csv?uploads=', '<R><UploadId>u</UploadId></R>'],
    [
      'S3',
      `UploadPartCommand({ ${key}, UploadId: 'u', PartNumber: 1, Body: Buffer.from('a') })`,
      'PUT /reports/reports/job/a.csv?PartNumber=1&UploadId=u&x-id=UploadPart',
      '',
    ],
    [
      'S3',
      `CompleteMultipartUploadCommand({ ${key}, UploadId: 'u', MultipartUpload: { Parts: [{ ETag: 'e', PartNumber: 1 }] } })`,
      'POST /reports/reports/job/a.csv?UploadId=u',
      '<R><ETag>e</ETag></R>',
    ],
    [
      'S3',
      `AbortMultipartUploadCommand({ ${key}, UploadId: 'u' })`,
      'DELETE /reports/reports/job/a.csv?UploadId=u&x-id=AbortMultipartUpload',
      '',
    ],
  ])('%s %s', async (service, command, expected, answer) => {
    const seen: string[] = [];
    await using server = await listen((request, response) => {
      const target = request.headers['x-amz-target'];
      seen.push(
        [request.method, request.url, target].filter(Boolean).join(' '),
        String(request.headers.authorization),
        String(request.headers['x-amz-security-token']),
      );
      request.resume().on('end', () => response.writeHead(200, { etag: 'e' }).end(answer));
    });
    const script = `
      const { $metadata, ...answer } = await new c.${service}Client(c.awsClientOptions()).send(new c.${command});
      console.log($metadata.httpStatusCode, JSON.stringify(answer));`;
    expect(await run(script, { ...lambda, AWS_ENDPOINT_URL: server.url })).toMatch(/^200 \{/);
    expect(decodeURIComponent(seen[0] ?? '').toLowerCase()).toBe(expected.toLowerCase());
    expect(seen[1]).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-2\//);
    expect(seen[2]).toBe('session');
  });
});

it('an error of AWS has its name and its facts', async () => {
  await using server = await listen((_request, response) => {
    response
      .writeHead(400, { 'x-amzn-errortype': 'ConditionalCheckFailedException' })
      .end('{"__type":"x#ConditionalCheckFailedException","Item":{"pk":{"S":"a"}}}');
  });
  const script = `
    const error = await new c.DynamoDBClient(c.awsClientOptions()).send(new c.PutItemCommand({ TableName: 'runs', Item: {} })).catch((error) => error);
    console.log(error.name, JSON.stringify(error.Item));`;
  expect(await run(script, { ...lambda, AWS_ENDPOINT_URL: server.url })).toBe('ConditionalCheckFailedException {"pk":{"S":"a"}}\n');
});

it('without credentials in the environment a client says so', async () => {
  const script = `await new c.S3Client(c.awsClientOptions()).send(new c.PutObjectCommand({ ${key}, Body: 'a' })).catch((error) => console.log(error.message));`;
  expect(await run(script, { AWS_REGION: 'eu-west-2', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' })).toContain(
    'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  );
});

it('a client that is made without our transport is refused', async () => {
  expect(await run(`try { new c.S3Client({}); } catch (error) { console.log(error.message); }`, lambda)).toContain(
    'Make this AWS client with awsClientOptions()',
  );
});
