// The secret in one cold container, by the two libraries that cache secrets for Lambda functions.
import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import middy from '@middy/core';
import secretsManager from '@middy/secrets-manager';

/** Powertools with a client of the bench's own. */
export function powertools(readSecret) {
  const provider = new SecretsProvider({ clientConfig: { region: 'eu-west-1' } });
  provider.client = clientWith(readSecret);
  return () => provider.get('box');
}

/** middy's middleware, which reads when it is made. */
export function middyHandler(readSecret) {
  const AwsClient = function () {
    return clientWith(readSecret);
  };
  const handler = middy(async () => {}).use(secretsManager({ AwsClient, fetchData: { box: 'box' }, setToContext: true }));
  return () => handler({}, { getRemainingTimeInMillis: () => 60_000 });
}

function clientWith(readSecret) {
  const send = async () => {
    await readSecret();
    return { Name: 'box', SecretString: '{}', VersionId: '1' };
  };
  return { config: {}, middlewareStack: { use: () => {} }, send };
}
