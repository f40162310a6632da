import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Who signed the request, where the URL asks for it. */
export interface UrlCaller {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly userArn: string;
}

export interface UrlRequest {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly caller: UrlCaller | undefined;
  readonly urlId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Bodies of these types reach the function as they are; all others, and those without a type, in base64. */
const textTypes = /^(?:text\/|application\/(?:json|javascript|xml|graphql|[^;]*\+(?:json|xml)))/i;

/** The event of a Function URL, payload format 2.0 (AWS doc: "Invoking Lambda function URLs"); JSON. */
export function urlEvent({ incoming, body, caller, urlId, now }: UrlRequest): string {
  const [rawPath = '/', rawQueryString = ''] = (incoming.url ?? '/').split('?', 2);
  const { cookie, ...headers } = joinedHeaders(incoming);
  const isText = textTypes.test(headers['content-type'] ?? '');
  const query = new URLSearchParams(rawQueryString);
  const names = [...new Set(query.keys())];
  return JSON.stringify({
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers: { ...headers, 'x-forwarded-for': sourceIp(incoming), 'x-forwarded-port': '443', 'x-forwarded-proto': 'https' },
    ...(names.length === 0 ? {} : { queryStringParameters: Object.fromEntries(names.map((name) => [name, query.getAll(name).join(',')])) }),
    requestContext: requestContext(incoming, rawPath, headers, caller, urlId, now),
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  });
}

/** Names in lower case; what came more than once is joined. Node's own `headers` drops some repetitions. */
function joinedHeaders({ rawHeaders }: IncomingMessage): Readonly<Record<string, string>> {
  const joined: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const separator = name === 'cookie' ? '; ' : ',';
    joined[name] = joined[name] === undefined ? value : `${joined[name]}${separator}${value}`;
  }
  return joined;
}

function requestContext(
  incoming: IncomingMessage,
  path: string,
  headers: Readonly<Record<string, string>>,
  caller: UrlCaller | undefined,
  urlId: string,
  now: number,
): Readonly<Record<string, unknown>> {
  const iam = caller && { ...caller, cognitoIdentity: null, principalOrgId: null, userId: caller.callerId };
  return {
    accountId: caller?.accountId ?? 'anonymous',
    apiId: urlId,
    authentication: null,
    ...(iam === undefined ? {} : { authorizer: { iam } }),
    domainName: headers.host ?? '',
    domainPrefix: urlId,
    http: {
      method: incoming.method,
      path,
      protocol: `HTTP/${incoming.httpVersion}`,
      sourceIp: sourceIp(incoming),
      userAgent: headers['user-agent'] ?? null,
    },
    requestId: randomUUID(),
    routeKey: '$default',
    stage: '$default',
    time: commonLogTime(now),
    timeEpoch: now,
  };
}

function sourceIp({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? '127.0.0.1';
}

/** Such as `22/Nov/2026:02:00:00 +0000`. */
function commonLogTime(now: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(now).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
