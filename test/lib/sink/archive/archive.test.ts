import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { awsClientOptions } from '../../../../lib/http/aws-request-handler.ts';
import { archiveIn } from '../../../../lib/sink/archive/archive.ts';
import { listen } from '../../listen.ts';
import { runsTable } from '../../run/table.ts';

/** As much of S3 as an upload in parts needs. */
async function bucket() {
  const objects = new Map<string, Buffer>();
  const parts = new Map<number, Buffer>();
  const server = await listen(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://s3');
    const body = Buffer.concat(chunks);
    const part = Number(query.get('partNumber'));
    const listed = [...parts.keys()].map((nth) => `<Part><PartNumber>${nth}</PartNumber><ETag>"e"</ETag></Part>`).join('');
    response.writeHead(200, { 'content-type': 'application/xml', etag: '"e"' });
    if (query.has('uploads'))
      return void response.end('<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>');
    if (request.method === 'GET') return void response.end(`<ListPartsResult><IsTruncated>false</IsTruncated>${listed}</ListPartsResult>`);
    if (part > 0) parts.set(part, body);
    else if (request.method === 'PUT') objects.set(pathname, body);
    else objects.set(pathname, Buffer.concat([...parts].sort(([one], [other]) => one - other).map(([, bytes]) => bytes)));
    response.end(request.method === 'POST' ? '<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>' : '');
  });
  const s3 = new S3Client({
    ...{ ...awsClientOptions(), region: 'eu-west-1', endpoint: server.url, forcePathStyle: true },
    // Whole bodies instead of Amazon's own chunks.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  });
  return { s3, objects, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

it('an archive that has no time for another part goes on from there in the next invocation, as often as it takes', async () => {
  await using store = await bucket();
  await using table = await runsTable();
  const bytes = Buffer.alloc(47 * 1024 * 1024, 'a longer night ');
  const digest = (of: Buffer) => createHash('sha1').update(of).digest('hex');
  const opened: number[] = [];
  const open = async (from: number) => {
    opened.push(from);
    return (async function* () {
      for (let at = from; at < bytes.length; at += 1_000_000) yield bytes.subarray(at, at + 1_000_000);
    })();
  };
  const file = { fileId: '7', versionId: '9', size: bytes.length, sha1: digest(bytes), metadata: {} };
  const invocation = () => {
    const parts = {
      s3: store.s3,
      table: table.client,
      tableName: table.name,
      bucket: 'b',
      job: 'archive',
      signal: AbortSignal.timeout(60_000),
    };
    return archiveIn({ ...parts, remainingMs: () => 44_000 }).store(file, open);
  };
  await expect(invocation()).rejects.toMatchObject({ code: 'TO_BE_CONTINUED' });
  await expect(invocation()).rejects.toMatchObject({ code: 'TO_BE_CONTINUED' });
  expect([...store.objects.keys()]).toEqual([]);
  expect(await invocation()).toBe('archived');
  expect(opened).toEqual([0, 16 * 1024 * 1024, 32 * 1024 * 1024]);
  const content = store.objects.get('/b/archive/archive/7/9/content') ?? Buffer.alloc(0);
  expect([content.length, digest(content)]).toEqual([bytes.length, digest(bytes)]);
  expect(await invocation()).toBe('present');
  expect(opened).toHaveLength(3);
});
