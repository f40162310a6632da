import { type Page, pageOf, pageSize } from '../../http/page.ts';
import type { FunctionConfiguration } from '../function-configuration.ts';
import type { Lambda } from '../lambda.ts';
import { jsonOperation, type Route } from './route.ts';

/** Concurrent executions that a new account has (AWS doc: "Lambda quotas"). */
const accountConcurrency = 1000;
/** AWS doc of ListVersionsByFunction: at most 50 items in each response, even if you set the number higher. */
const pageLimit = 50;
const functionPath = '^/2015-03-31/functions/([^/]+)';

/** What can be read about functions; nothing here changes anything. */
export function describeRoutes(lambda: Lambda): readonly Route[] {
  const read = (
    action: string,
    rest: string,
    run: (reference: string, qualifier: string | undefined, query: URLSearchParams) => unknown,
  ): Route => ({
    method: 'GET',
    name: action,
    pattern: new RegExp(`${functionPath}${rest}$`),
    operation: ([reference = ''], { query }) => {
      const qualifier = query.get('Qualifier') ?? undefined;
      const need = { action: `lambda:${action}`, resource: lambda.arn(reference, qualifier) };
      return jsonOperation(need, () => run(reference, qualifier, query));
    },
  });
  const configurationOf = (reference: string, qualifier: string | undefined) => {
    const { version, arn } = lambda.target(reference, qualifier);
    return described(version.configuration, arn);
  };
  return [
    read('GetFunction', '', (reference, qualifier) => {
      const { limit } = lambda.find(reference).slots;
      const concurrency = Number.isFinite(limit) ? { Concurrency: { ReservedConcurrentExecutions: limit } } : {};
      return { Configuration: configurationOf(reference, qualifier), Code: { RepositoryType: 'S3' }, ...concurrency };
    }),
    read('GetFunctionConfiguration', '/configuration', configurationOf),
    read('GetFunctionConcurrency', '/concurrency', (reference) => {
      const { limit } = lambda.find(reference).slots;
      return Number.isFinite(limit) ? { ReservedConcurrentExecutions: limit } : {};
    }),
    read('ListVersionsByFunction', '/versions', (reference, _, query) => {
      const { items, next } = pageFor(lambda.find(reference).versions, query);
      return { Versions: items.map(({ configuration }) => described(configuration, qualified(configuration))), NextMarker: next };
    }),
    read('ListAliases', '/aliases', (reference, _, query) => {
      const { aliases, configuration } = lambda.find(reference);
      const { items, next } = pageFor([...aliases.values()], query);
      const shown = items.map((alias) => ({ ...aliasShape(alias), AliasArn: `${configuration.arn}:${alias.name}` }));
      return { Aliases: shown, NextMarker: next };
    }),
    {
      method: 'GET',
      name: 'GetAccountSettings',
      pattern: /^\/2016-08-19\/account-settings\/?$/,
      operation: () => jsonOperation({ action: 'lambda:GetAccountSettings', resource: '*' }, () => accountSettings(lambda)),
    },
  ].map(withConcurrencyPath);
}

function pageFor<T>(all: readonly T[], query: URLSearchParams): Page<T> {
  return pageOf(all, query.get('Marker'), pageSize(query.get('MaxItems') ?? undefined, pageLimit), 'InvalidParameterValueException');
}

/** GetFunctionConcurrency has a date of its own in its path. */
function withConcurrencyPath(route: Route): Route {
  const source = route.pattern.source;
  return source.endsWith('concurrency$') ? { ...route, pattern: new RegExp(source.replace('2015-03-31', '2019-09-30')) } : route;
}

function aliasShape({ name, version, description }: { readonly name: string; readonly version: string; readonly description: string }) {
  return { Name: name, FunctionVersion: version, Description: description };
}

function qualified({ arn, version }: FunctionConfiguration): string {
  return `${arn}:${version}`;
}

function described(configuration: FunctionConfiguration, arn: string): Readonly<Record<string, unknown>> {
  const { durable, deadLetterArn } = configuration;
  return {
    FunctionName: configuration.name,
    FunctionArn: arn,
    Version: configuration.version,
    Description: configuration.description,
    Runtime: configuration.runtime,
    Handler: configuration.handler,
    Role: configuration.role.arn,
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memoryMiB,
    EphemeralStorage: { Size: configuration.temporaryMiB },
    Architectures: [configuration.architecture],
    PackageType: 'Zip',
    Environment: { Variables: configuration.variables },
    Layers: configuration.layerArns.map((layer) => ({ Arn: layer })),
    LoggingConfig: { LogGroup: configuration.logGroup, LogFormat: configuration.logFormat ?? 'Text' },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    ...(deadLetterArn === undefined ? {} : { DeadLetterConfig: { TargetArn: deadLetterArn } }),
    ...(durable === undefined
      ? {}
      : { DurableConfig: { ExecutionTimeout: durable.executionTimeoutSeconds, RetentionPeriodInDays: durable.retentionDays } }),
  };
}

function accountSettings(lambda: Lambda): Readonly<Record<string, unknown>> {
  const reserved = lambda.functions.map(({ slots }) => (Number.isFinite(slots.limit) ? slots.limit : 0));
  const unreserved = accountConcurrency - reserved.reduce((sum, each) => sum + each, 0);
  return {
    AccountLimit: { ConcurrentExecutions: accountConcurrency, UnreservedConcurrentExecutions: unreserved },
    AccountUsage: { FunctionCount: lambda.functions.length },
  };
}
