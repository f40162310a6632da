import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { s3ObjectStore } from '../../../lib/sink/object-store.ts';
import { definition, folder, reportInMemory, summary } from './open-report.ts';

interface Call {
  readonly operation: string;
  readonly key: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = (call: Call, response: ServerResponse, request: IncomingMessage) => boolean | undefined;

const part = 5 * 1024 * 1024;
const object = { bucket: 'reports', key: 'reports/a/rows.csv', contentType: 'text/csv' };
const calls: Call[] = [];
const objects = new Map<string, string>();
let answer: Answer;
let client: S3Client;

/** As much of S3 as the sink uses; `answer` may step in before it. */
const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '', 'http://s3');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const operation = `${request.method}${url.searchParams.has('uploads') ? ' uploads' : url.searchParams.has('uploadId') ? ' upload' : ''}`;
  const call = { operation, key: url.pathname, headers: request.headers, body: Buffer.concat(chunks).toString() };
  calls.push(call);
  if (answer(call, response, request)) return;
  if (operation === 'POST uploads') response.end('<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>');
  else if (operation === 'PUT upload')
    response.setHeader('etag', '"e1"').setHeader('x-amz-checksum-crc32', String(request.headers['x-amz-checksum-crc32'])).end();
  else if (operation === 'POST upload') response.end('<CompleteMultipartUploadResult/>');
  else if (operation === 'DELETE upload') response.writeHead(204).end();
  else if (objects.has(call.key)) refuse(response, 412, 'PreconditionFailed');
  else {
    objects.set(call.key, call.body);
    response.end();
  }
});

function refuse(response: ServerResponse, status: number, code: string): boolean {
  response.writeHead(status).end(`<Error><Code>${code}</Code><Message>secret detail</Message></Error>`);
  return true;
}

beforeEach(async () => {
  calls.length = 0;
  objects.clear();
  answer = () => false;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'canary-secret' },
    maxAttempts: 2,
  });
});

afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('S3', () => {
  test('gets a small object in one request that may not overwrite anything', async () => {
    await s3ObjectStore(client).put(object, Buffer.from('a,b\r\n'));
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      operation: 'PUT',
      key: '/reports/reports/a/rows.csv',
      headers: { 'if-none-match': '*', 'content-type': 'text/csv' },
    });
    expect(objects.get('/reports/reports/a/rows.csv')).toBe('a,b\r\n');
  });

  test('gets a large object in parts whose checksums it was told to expect', async () => {
    const upload = await s3ObjectStore(client).begin(object);
    await upload.part(Buffer.alloc(part, 'x'));
    await upload.part(Buffer.from('end'));
    await upload.complete();
    expect(calls.map(({ operation }) => operation)).toEqual(['POST uploads', 'PUT upload', 'PUT upload', 'POST upload']);
    expect(calls[0]?.headers).toMatchObject({ 'x-amz-checksum-algorithm': 'CRC32', 'content-type': 'text/csv' });
    expect(calls[3]?.headers).toMatchObject({ 'if-none-match': '*' });
    const checksum = calls[2]?.headers['x-amz-checksum-crc32'];
    expect(calls[3]?.body).toContain(
      `<Part><ETag>&quot;e1&quot;</ETag><ChecksumCRC32>${checksum}</ChecksumCRC32><PartNumber>2</PartNumber></Part>`,
    );
  });

  test('is never written to twice: what is there stays', async () => {
    const store = s3ObjectStore(client);
    await store.put(object, Buffer.from('first'));
    await expect(store.put(object, Buffer.from('second'))).rejects.toMatchObject({ code: 'REPORT_NOT_WRITTEN' });
    expect([...objects.values()]).toEqual(['first']);
  });

  test('may lose its answer to a write that it has done', async () => {
    answer = ({ key, body }, _, request) => {
      if (calls.length > 1) return false;
      objects.set(key, body);
      request.socket.destroy();
      return true;
    };
    await s3ObjectStore(client).put(object, Buffer.from('once'));
    expect(calls).toHaveLength(2);
    expect([...objects.values()]).toEqual(['once']);
  });

  test('that refuses the write is quoted with its code and status alone', async () => {
    answer = (_, response) => refuse(response, 403, 'AccessDenied');
    const error = await s3ObjectStore(client)
      .put(object, Buffer.from('row of ada@example.com'))
      .then(
        () => expect.unreachable(),
        (thrown) => thrown,
      );
    expect(error).toMatchObject({ code: 'REPORT_NOT_WRITTEN' });
    expect(error.message).toBe(
      "Check the report bucket and the function's right to write to it: S3 refused rows.csv (AccessDenied, HTTP 403).",
    );
    expect(JSON.stringify([error, error.cause, error.cause.message, Object.getOwnPropertyNames(error.cause)])).not.toMatch(
      /canary|ada@|secret detail|Authorization|\$/,
    );
  });

  test('is left by a run whose deadline comes during a request, with the deadline as the error', async () => {
    const deadline = new AbortController();
    answer = () => {
      deadline.abort(new Error('too long'));
      return true;
    };
    await expect(s3ObjectStore(client).put(object, Buffer.from('x'), deadline.signal)).rejects.toThrow('too long');
  });

  test('holds a whole report, and nothing countable when it refuses the page', async () => {
    const whole = reportInMemory({ objects: s3ObjectStore(client), bucket: 'bucket' });
    await (await whole.sink.open(definition)).publish(summary);
    expect([...objects.keys()]).toEqual(
      ['rows.csv', 'rows.ndjson', 'report.html', 'manifest.json'].map((name) => `/bucket/${folder}${name}`),
    );

    objects.clear();
    answer = ({ key }, response) => key.endsWith('report.html') && refuse(response, 403, 'AccessDenied');
    const refused = reportInMemory({ objects: s3ObjectStore(client), bucket: 'bucket' });
    await expect((await refused.sink.open(definition)).publish(summary)).rejects.toMatchObject({ code: 'REPORT_NOT_WRITTEN' });
    expect([...objects.keys()].some((key) => key.endsWith('manifest.json'))).toBe(false);
  });
});
