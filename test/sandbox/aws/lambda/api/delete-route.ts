import { AwsError } from '../../http/aws-error.ts';
import type { Lambda } from '../lambda.ts';
import type { Route } from './route.ts';

/** DeleteFunction, of one published version: whole functions are CloudFormation's to delete. */
export function deleteRoute(lambda: Lambda): Route {
  return {
    method: 'DELETE',
    name: 'DeleteFunction',
    pattern: /^\/2015-03-31\/functions\/([^/]+)$/,
    operation: ([reference = ''], { query }) => {
      const qualifier = query.get('Qualifier') ?? undefined;
      return {
        needs: [{ action: 'lambda:DeleteFunction', resource: lambda.arn(reference, qualifier) }],
        answer: async (reply) => {
          if (qualifier === undefined || !/^\d+$/.test(qualifier))
            throw new AwsError('InvalidParameterValueException', 'The sandbox deletes published versions, one by one.');
          lambda.target(reference, qualifier);
          await lambda.find(reference).removeVersion(qualifier);
          reply.writeHead(204).end();
        },
      };
    },
  };
}
