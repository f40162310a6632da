import { request as plainRequest, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';

/** One POST. @returns the status; 0 when the connection failed or the answer took longer than `timeout` milliseconds. */
export function post(address: string, headers: Readonly<Record<string, string>>, body: string, timeout: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const options: RequestOptions = {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Box-WH-Client',
      'content-length': Buffer.byteLength(body),
      ...headers,
    },
    agent: false,
    signal: AbortSignal.timeout(timeout),
  };
  // Addresses are on loopback: a certificate made for a test is good enough.
  const send = address.startsWith('https:')
    ? tlsRequest(address, { ...options, rejectUnauthorized: false })
    : plainRequest(address, options);
  send.on('response', (response) => {
    response.resume();
    response.on('close', () => resolve(response.statusCode ?? 0));
  });
  send.on('error', () => resolve(0));
  send.end(body);
  return promise;
}
