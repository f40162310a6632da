// The same stack's invocation when the secret is in its cache and Box is not called: one log line.
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import secretsManager from '@middy/secrets-manager';

const logger = new Logger({ serviceName: 'naive' });

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(secretsManager({ fetchData: { box: process.env.BOX_SECRET_ARN }, setToContext: true }))
  .handler(async () => {
    logger.info('Run done.', { users: 0 });
    return { users: 0 };
  });
