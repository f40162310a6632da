import { afterEach, describe, expect, it } from 'vitest';
import { callEndpoint } from '../../../infra/cli/endpoint/call-endpoint.ts';
import { awsClientOptions } from '../../../lib/http/aws-request-handler.ts';
import { closeConnections } from '../../../lib/http/origin.ts';
import { listen } from '../../lib/listen.ts';

afterEach(closeConnections);

describe('what a function behind a URL refuses', () => {
  it.each([
    ['RUN_STOPPED', 'RUN_STOPPED'],
    ['SOMETHING_OF_ANOTHER_VERSION', 'COMMAND_FAILED'],
  ])('keeps its sentence, and its code where this version knows it: %s', async (sent, code) => {
    await using server = await listen((_, response) => {
      response.writeHead(409).end(JSON.stringify({ error: { code: sent, message: 'Start a new run.' } }));
    });
    const aws = { ...awsClientOptions(), region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
    await expect(callEndpoint({ aws }, 'operations', server.url, {})).rejects.toMatchObject({ code, message: 'Start a new run.' });
  });
});
