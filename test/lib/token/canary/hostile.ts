import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Listener, listen } from '../../listen.ts';

export const clientSecret = 'canary-client-secret-5f1d';
export const accessToken = 'canary-access-token-77ab';
export const secretText = JSON.stringify({ boxAppSettings: { clientID: 'an-id', clientSecret }, enterpriseID: '900001' });

/** How Secrets Manager, or Box's token endpoint, answers. */
export type Answer = (response: ServerResponse, asked: string) => void;

export const json =
  (status: number, body: object): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

export const granted = json(200, { access_token: accessToken, expires_in: 3_600 });
export const read = json(200, { SecretString: secretText, VersionId: 'v1' });

/** A body that is cut off in the middle, behind what it must not show. */
export const cutOff =
  (body: string): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(body.length + 50) });
    response.write(body, () => response.destroy());
  };

/** Whole for HTTP, and no JSON. */
export const noJson =
  (body: string): Answer =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(body);

/** What HTTP's parser gives up on: it keeps the bytes. */
export const noHttp =
  (body: string): Answer =>
  (response) =>
    void response.socket?.end(body);

export const closed: Answer = (response) => void response.destroy();

export interface Hostile {
  readonly secrets: Answer;
  readonly token: Answer;
  /** Of API calls. */
  readonly call: Answer;
}

/** Secrets Manager and Box on one port. */
export function startHostile({ secrets, token, call }: Hostile): Promise<Listener> {
  return listen(async (request, response) => {
    const asked = await text(request);
    if (request.headers['x-amz-target']) secrets(response, asked);
    else (request.url === '/oauth2/token' ? token : call)(response, asked);
  });
}
