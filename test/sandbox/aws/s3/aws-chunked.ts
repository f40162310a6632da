import { AwsError } from '../http/aws-error.ts';

/**
 * The content of an `aws-chunked` body, in which SDKs wrap what they stream: chunks with their sizes, then trailing headers (the checksum).
 * @param trailers filled, names in lower case, once the content has been read
 * @throws AwsError `IncompleteBody` when the body ends before its last chunk
 */
export async function* decodeChunks(source: AsyncIterable<Buffer>, trailers: Map<string, string>): AsyncGenerator<Buffer> {
  let state: 'size' | 'content' | 'content end' | 'trailers' = 'size';
  let rest: Buffer = Buffer.alloc(0);
  let missing = 0;
  for await (const piece of source) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    while (rest.length > 0) {
      if (state === 'content') {
        const content = rest.subarray(0, missing);
        rest = rest.subarray(content.length);
        missing -= content.length;
        if (missing === 0) state = 'content end';
        yield content;
        continue;
      }
      const end = rest.indexOf('\r\n');
      if (end < 0) break;
      const line = rest.toString('latin1', 0, end);
      rest = rest.subarray(end + 2);
      if (state === 'content end') state = 'size';
      else if (state === 'size') {
        missing = Number.parseInt(line, 16);
        state = missing === 0 ? 'trailers' : 'content';
      } else addTrailer(line, trailers);
    }
  }
  if (state !== 'trailers') throw new AwsError('IncompleteBody', 'The request body terminated unexpectedly.');
}

function addTrailer(line: string, trailers: Map<string, string>): void {
  const colon = line.indexOf(':');
  if (colon > 0) trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
}
