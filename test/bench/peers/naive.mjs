// What a team writes from the four packages' own pages: a client in each invocation, the secret through middy.
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import secretsManager from '@middy/secrets-manager';
import { BoxCcgAuth, BoxClient, CcgConfig } from 'box-node-sdk';
import { NetworkSession } from 'box-node-sdk/networking/network';
import { BaseUrls } from 'box-node-sdk/networking/baseUrls';

const logger = new Logger({ serviceName: 'naive' });
const { BOX_ENDPOINT_URL: baseUrl, BOX_SECRET_ARN } = process.env;

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(secretsManager({ fetchData: { box: BOX_SECRET_ARN }, setToContext: true }))
  .handler(async (_event, { box }) => {
    const { boxAppSettings, enterpriseID } = box;
    const config = new CcgConfig({
      clientId: boxAppSettings.clientID,
      clientSecret: boxAppSettings.clientSecret,
      enterpriseId: enterpriseID,
    });
    const baseUrls = new BaseUrls({ baseUrl, uploadUrl: `${baseUrl}/upload/api`, oauth2Url: `${baseUrl}/oauth2` });
    const client = new BoxClient({ auth: new BoxCcgAuth({ config }), networkSession: new NetworkSession({ baseUrls }) });
    const { entries } = await client.users.getUsers({ limit: 100 });
    logger.info('Run done.', { users: entries.length });
    return { users: entries.length };
  });
