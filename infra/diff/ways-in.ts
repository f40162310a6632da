import type { Fact } from './fact.ts';
import { ownerOf, readable, referredTo } from './readable.ts';
import { resourcesOf, type Template } from './template.ts';

/** Whom a URL or a route lets in, by its auth type. */
const lets: Readonly<Record<string, string>> = {
  NONE: 'lets everybody in (NONE)',
  AWS_IAM: 'lets in who signs and is granted it (AWS_IAM)',
};

/** Addresses by which the internet reaches functions. */
export function waysIn(template: Template): readonly Fact[] {
  const urls = resourcesOf(template, 'AWS::Lambda::Url').map(([, { Properties: { TargetFunctionArn, AuthType } = {} }]) => {
    const logicalId = referredTo(TargetFunctionArn);
    const target = logicalId === undefined ? readable(template, TargetFunctionArn) : ownerOf(template, logicalId);
    return { name: `URL of ${target}`, says: letsIn(readable(template, AuthType)) };
  });
  const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(
    ([, { Properties: { ApiId, RouteKey, AuthorizationType = 'NONE' } = {} }]) => ({
      name: `route ${readable(template, RouteKey)} of ${readable(template, ApiId)}`,
      says: letsIn(readable(template, AuthorizationType)),
    }),
  );
  return [...urls, ...routes];
}

function letsIn(authType: string): string {
  return lets[authType] ?? `lets in whom ${authType} lets in`;
}
