import { describe, expect, it } from 'vitest';
import { readSecret } from '../../../infra/cli/box/read-secret.ts';
import { awsClientOptions } from '../../../lib/http/aws-request-handler.ts';
import { listen } from '../../lib/listen.ts';

const identity = 'arn:aws:sts::111122223333:assumed-role/Developer/someone';

/** Secrets Manager says this; STS says who asks. */
function answering(error: string) {
  return listen((request, response) => {
    if (/\/sts\/aws4_request/.test(String(request.headers.authorization))) {
      const result = `<GetCallerIdentityResult><Arn>${identity}</Arn></GetCallerIdentityResult>`;
      response.writeHead(200, { 'content-type': 'text/xml' }).end(`<GetCallerIdentityResponse>${result}</GetCallerIdentityResponse>`);
    } else {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ __type: error }));
    }
  });
}

describe('a secret that can not be read', () => {
  it.each([
    [
      'AccessDeniedException',
      `Let your role in with "nightporter secret admit --stage prod", deploy, and let it use the secret's key`,
      identity,
    ],
    ['ResourceNotFoundException', 'Put it with "nightporter secret put"', 'AWSCURRENT'],
  ])('because of %s says what to do', async (error, sentence, detail) => {
    await using server = await answering(error);
    const keys = { AWS_ACCESS_KEY_ID: 'AKIDNOBODY', AWS_SECRET_ACCESS_KEY: 'none', AWS_REGION: 'eu-west-1' };
    Object.assign(process.env, keys, { AWS_ENDPOINT_URL: server.url });
    const failure = readSecret({ aws: awsClientOptions(), stage: 'prod' }, { secretArn: 'arn' });
    await expect(failure).rejects.toMatchObject({ code: 'SECRET_UNREADABLE', message: expect.stringContaining(sentence) });
    await expect(failure).rejects.toMatchObject({ message: expect.stringContaining(detail) });
  });
});
