import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { awsClientOptions } from '../../../../lib/http/aws-request-handler.ts';
import { s3Target } from '../../../../lib/sink/archive/s3-target.ts';
import { listen } from '../../listen.ts';

interface Seen {
  readonly what: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

const parts = [1, 2].map(
  (nth) => `<Part><PartNumber>${nth}</PartNumber><ETag>"e${nth}"</ETag><ChecksumCRC32>AAAAA${nth}==</ChecksumCRC32></Part>`,
);
const answers: Readonly<Record<string, string>> = {
  'POST uploads': '<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>',
  'GET uploadId': `<ListPartsResult><IsTruncated>false</IsTruncated>${parts.join('')}</ListPartsResult>`,
  'POST uploadId': '<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>',
};

/** @param status of what writes the object */
async function open(status = 200) {
  const seen: Seen[] = [];
  const server = await listen(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const query = new URL(request.url ?? '', 'http://s3').searchParams;
    const what = `${request.method} ${['uploads', 'partNumber', 'uploadId'].find((name) => query.has(name)) ?? 'object'}`;
    seen.push({ what, headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(what === 'PUT object' || what === 'POST uploadId' ? status : 200, {
      'content-type': 'application/xml',
      etag: '"e"',
    });
    response.end(
      status >= 400 && what in { 'PUT object': 1, 'POST uploadId': 1 } ? '<Error><Code>No</Code></Error>' : (answers[what] ?? ''),
    );
  });
  const client = new S3Client({
    ...{ ...awsClientOptions(), region: 'eu-west-1', endpoint: server.url, forcePathStyle: true, maxAttempts: 1 },
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  });
  const metadata = { 'box-file-id': '7', 'box-sha1': 'da39' };
  const target = s3Target(client, { Bucket: 'b', Key: 'archive/content', metadata }, new AbortController().signal);
  return { target, seen, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const described = { 'x-amz-meta-box-file-id': '7', 'x-amz-meta-box-sha1': 'da39', 'content-type': 'application/octet-stream' };

describe('what is archived in S3', () => {
  it('in one piece says what it is a copy of, is checked on its way, and takes the place of nothing', async () => {
    await using world = await open();
    await world.target.put(Buffer.from('bytes'));
    expect(world.seen).toMatchObject([{ what: 'PUT object', headers: { ...described, 'if-none-match': '*' } }]);
    expect(Object.keys(world.seen[0]?.headers ?? {}).some((name) => name.startsWith('x-amz-checksum-') || name === 'x-amz-trailer')).toBe(
      true,
    );
  });

  it('in parts likewise, with the checksum of each part told again when it is made whole', async () => {
    await using world = await open();
    const upload = await world.target.begin();
    await world.target.part(upload, 1, Buffer.from('one'));
    await world.target.complete(upload);
    expect(world.seen.map(({ what }) => what)).toEqual(['POST uploads', 'PUT partNumber', 'GET uploadId', 'POST uploadId']);
    const [begun, part, , whole] = world.seen;
    expect(begun?.headers).toMatchObject({ ...described, 'x-amz-checksum-algorithm': 'CRC32' });
    expect(Object.keys(part?.headers ?? {}).find((name) => /crc32$/.test(name)) ?? part?.headers['x-amz-trailer']).toMatch(/crc32$/);
    expect(whole?.headers).toMatchObject({ 'if-none-match': '*' });
    expect(whole?.body).toMatch(/<ChecksumCRC32>AAAAA1==<.*<ChecksumCRC32>AAAAA2==</s);
  });

  it('is there already when S3 says so, and is not when S3 fails', async () => {
    await using there = await open(412);
    await there.target.put(Buffer.from('bytes'));
    await there.target.complete('upload');
    await using down = await open(500);
    await expect(down.target.put(Buffer.from('bytes'))).rejects.toMatchObject({ code: 'ARCHIVE_NOT_WRITTEN' });
    await expect(down.target.complete('upload')).rejects.toMatchObject({ code: 'ARCHIVE_NOT_WRITTEN' });
  });
});
