import { parseResourcePolicy } from '../iam/policy.ts';
import type { Properties } from './properties.ts';
import type { ResourceType, ResourceTypes } from './resource-type.ts';

/** The statement that AddPermission writes (AWS doc: "Viewing resource-based IAM policies in Lambda"). */
function permissionDocument(properties: Properties, functionArn: string): unknown {
  const principal = properties.text('Principal');
  const isService = /^[a-z0-9.-]+\.amazonaws\.com$/.test(principal);
  const account = /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal;
  const condition = {
    ...single('ArnLike', 'AWS:SourceArn', properties.optionalText('SourceArn')),
    ...equals({
      'AWS:SourceAccount': properties.optionalText('SourceAccount'),
      'lambda:FunctionUrlAuthType': properties.optionalText('FunctionUrlAuthType'),
    }),
    ...single('Bool', 'lambda:InvokedViaFunctionUrl', properties.optionalText('InvokedViaFunctionUrl')),
  };
  return {
    Statement: [
      {
        Effect: 'Allow',
        Principal: isService ? { Service: principal } : principal === '*' ? '*' : { AWS: account },
        Action: properties.text('Action'),
        Resource: functionArn,
        Condition: condition,
      },
    ],
  };
}

function single(operator: string, key: string, value: string | undefined): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [operator]: { [key]: value } };
}

function equals(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, unknown>> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.length === 0 ? {} : { StringEquals: Object.fromEntries(given) };
}

const permission: ResourceType = {
  properties: ['Action', 'FunctionName', 'FunctionUrlAuthType', 'InvokedViaFunctionUrl', 'Principal', 'SourceAccount', 'SourceArn'],
  replacedBy: 'any',
  create: ({ properties, physicalName }, { authorizer, lambda }) => {
    const arn = lambda.arn(properties.text('FunctionName'));
    const document = permissionDocument(properties, arn);
    authorizer.setResourcePolicy(arn, sourceOf(document), parseResourcePolicy(document, properties.where));
    return { ref: physicalName(128), attributes: { Id: physicalName(128) } };
  },
  delete: ({ properties }, { authorizer, lambda }) => {
    const arn = lambda.arn(properties.text('FunctionName'));
    authorizer.removeResourcePolicy(arn, sourceOf(permissionDocument(properties, arn)));
  },
};

/** Not the resource's name: what replaces a permission is there before the old one goes. */
function sourceOf(document: unknown): string {
  return JSON.stringify(document);
}

export const functionAccessTypes: ResourceTypes = { 'AWS::Lambda::Permission': permission };
