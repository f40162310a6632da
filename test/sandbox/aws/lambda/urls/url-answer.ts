/** What goes back to the client. */
export interface UrlAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

interface Shaped {
  readonly statusCode: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly body?: unknown;
  readonly cookies?: unknown;
  readonly isBase64Encoded?: unknown;
}

export function textAnswer(status: number, body: string, contentType = 'application/json'): UrlAnswer {
  return { status, headers: { 'content-type': contentType }, body: Buffer.from(body) };
}

/** What a client sees when the function fails, or answers in a shape that is none. */
export const badGateway = textAnswer(502, 'Internal Server Error', 'text/plain');

/** Reads a function's answer (AWS doc: "Response payload format"): with a `statusCode` it is a response, without one it is the body of a 200. */
export function urlAnswer(payload: unknown): UrlAnswer {
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload))
    return textAnswer(200, JSON.stringify(payload ?? null));
  const { statusCode, headers, body = '', cookies = [], isBase64Encoded } = payload as Shaped;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return badGateway;
  if ((typeof body !== 'string' && body !== null) || !Array.isArray(cookies)) return badGateway;
  const fields = Object.entries(headers ?? {}).map(([name, value]): [string, string] => [name.toLowerCase(), String(value)]);
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...Object.fromEntries(fields),
      ...(cookies.length === 0 ? {} : { 'set-cookie': cookies.map(String) }),
    },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}
