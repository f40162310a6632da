import type { Service } from '../../service.ts';
import type { Lambda } from '../lambda.ts';
import { callbackRoutes } from './callback-routes.ts';
import { deleteRoute } from './delete-route.ts';
import { describeRoutes } from './describe-routes.ts';
import { durableRoutes } from './durable-routes.ts';
import { invokeRoute } from './invoke-route.ts';

/** Lambda's own API, as AWS's SDK calls it. */
export function lambdaService(lambda: Lambda): Service {
  const routes = [invokeRoute(lambda), deleteRoute(lambda), ...describeRoutes(lambda), ...durableRoutes(lambda), ...callbackRoutes(lambda)];
  return {
    signingName: 'lambda',
    protocol: 'json',
    operations: routes.map(({ name }) => name),
    operation: async (request) => {
      for (const { method, pattern, operation } of routes) {
        const match = method === request.method ? pattern.exec(request.path) : null;
        if (match !== null) return operation(match.slice(1).map(decodeURIComponent), request);
      }
      return undefined;
    },
  };
}
