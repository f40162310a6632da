import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FetchOptionsInput, MultipartItem } from 'box-node-sdk/networking/fetchOptions';
import { NightporterError } from '../errors.ts';

export interface Body {
  readonly headers: Readonly<Record<string, string>>;
  readonly content: string | Readable | undefined;
}

const none: Body = { headers: {}, content: undefined };

/** The request's body as the SDK describes it; files are streamed, never gathered in memory. */
export function bodyOf({ method, contentType = 'application/json', data, fileStream, multipartData }: FetchOptionsInput): Body {
  if (multipartData) return multipart(multipartData);
  if (contentType === 'application/octet-stream' && fileStream) return { headers: { 'content-type': contentType }, content: fileStream };
  if (method === 'GET' || data === undefined) return none;
  if (contentType === 'application/x-www-form-urlencoded')
    return text(contentType, new URLSearchParams(data as Record<string, string>).toString());
  if (contentType.startsWith('application/json')) return text(contentType, JSON.stringify(data));
  throw new NightporterError(
    'BOX_REQUEST_INVALID',
    `Send JSON, a form, a stream or parts: a body of type ${contentType} is not supported.`,
  );
}

/** Whether the body is a stream: it has gone when it was sent, and can't be sent a second time. */
export function isConsumed({ fileStream, multipartData }: Pick<FetchOptionsInput, 'fileStream' | 'multipartData'>): boolean {
  return fileStream !== undefined || multipartData?.some((part) => part.fileStream) === true;
}

/** Ends what the body would have been read from: a file that nobody reads any more would stay open. */
export function closeSources({ fileStream, multipartData }: Pick<FetchOptionsInput, 'fileStream' | 'multipartData'>): void {
  fileStream?.destroy();
  for (const part of multipartData ?? []) part.fileStream?.destroy();
}

function text(contentType: string, content: string): Body {
  return {
    headers: {
      'content-type': contentType,
      'content-length': String(Buffer.byteLength(content)),
    },
    content,
  };
}

/** multipart/form-data (RFC 7578), the attributes before the file as Box demands. */
function multipart(parts: readonly MultipartItem[]): Body {
  const boundary = randomUUID();
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    content: Readable.from(encode(parts, boundary)),
  };
}

async function* encode(parts: readonly MultipartItem[], boundary: string): AsyncGenerator<string | Uint8Array> {
  for (const { partName, data, fileStream, fileName = 'file', contentType = 'application/octet-stream' } of parts) {
    const name = `--${boundary}\r\ncontent-disposition: form-data; name="${escaped(partName)}"`;
    if (fileStream) {
      yield `${name}; filename="${escaped(fileName)}"\r\ncontent-type: ${contentType}\r\n\r\n`;
      yield* fileStream;
    } else {
      yield `${name}\r\n\r\n${JSON.stringify(data)}`;
    }
    yield '\r\n';
  }
  yield `--${boundary}--\r\n`;
}

/** RFC 7578 2: as browsers do it. */
function escaped(value: string): string {
  return value.replace(/["\r\n]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`);
}
