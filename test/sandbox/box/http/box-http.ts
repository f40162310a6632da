import type { BoxSimulator } from '../server.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** For tests that look at the wire: no SDK, no retry. */
export async function send(box: BoxSimulator, path: string, init: RequestInit = {}): Promise<RawAnswer> {
  const response = await fetch(`${box.url}${path}`, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** A token request as Box documents it, with changes; undefined leaves a field out. */
export function askToken(box: BoxSimulator, changes: Readonly<Record<string, string | undefined>> = {}): Promise<RawAnswer> {
  const { clientId, clientSecret, enterpriseId } = box.app;
  const fields = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    box_subject_type: 'enterprise',
    box_subject_id: enterpriseId,
    ...changes,
  };
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  return send(box, '/oauth2/token', { method: 'POST', body: new URLSearchParams(given) });
}

/** @throws when Box refuses. */
export async function mint(box: BoxSimulator, userId?: string): Promise<string> {
  const answer = await askToken(box, userId === undefined ? {} : { box_subject_type: 'user', box_subject_id: userId });
  if (answer.status !== 200) throw new Error(answer.text);
  return String(JSON.parse(answer.text).access_token);
}

export function get(box: BoxSimulator, path: string, token: string, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
  return send(box, path, { headers: { authorization: `Bearer ${token}`, ...headers } });
}

/** One JSON call as a user. */
export async function call(
  box: BoxSimulator,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
) {
  const answer = await send(box, path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { ...answer, body: answer.text.startsWith('{') ? JSON.parse(answer.text) : undefined };
}

/** A direct upload; to a file when `fileId` is given, else into the folder. */
export async function upload(
  box: BoxSimulator,
  token: string,
  {
    name,
    folder = '0',
    content,
    fileId,
    headers = {},
  }: { name: string; folder?: string; content: string; fileId?: string; headers?: Record<string, string> },
) {
  const form = new FormData();
  form.set('attributes', JSON.stringify({ name, parent: { id: folder } }));
  form.set('file', new Blob([content]), name);
  const path = `/upload/api/2.0/files/${fileId === undefined ? '' : `${fileId}/`}content`;
  const answer = await send(box, path, { method: 'POST', headers: { authorization: `Bearer ${token}`, ...headers }, body: form });
  const body = answer.text === '' ? undefined : JSON.parse(answer.text);
  return { ...answer, body, file: body?.entries?.[0] };
}
