import { AwsError } from '../../http/aws-error.ts';
import type { AwsRequest } from '../../http/aws-request.ts';
import { type Page, pageOf, pageSize } from '../../http/page.ts';
import { type CheckpointInput, refuseForeignToken } from '../durable/checkpoint.ts';
import type { DurableExecution } from '../durable/durable-execution.ts';
import type { ErrorObject } from '../durable/operation.ts';
import { visibleOperations } from '../durable/visible-operations.ts';
import { epochSeconds, wire } from '../durable/wire.ts';
import type { Lambda } from '../lambda.ts';
import { jsonOperation, type Route } from './route.ts';

const executionPath = '^/2025-12-01/durable-executions/([^/]+)';
/** Items of one answer. */
const pages = { usual: 100, most: 1000 };

/** What an execution's function asks of the service, and what operators ask about executions. The resource is the execution's ARN. */
export function durableRoutes(lambda: Lambda): readonly Route[] {
  const { durable } = lambda;
  const about = (
    method: string,
    rest: string,
    action: string,
    run: (execution: DurableExecution, request: AwsRequest) => unknown,
  ): Route => ({
    method,
    name: action,
    pattern: new RegExp(`${executionPath}${rest}$`),
    operation: ([executionArn = ''], request) =>
      jsonOperation({ action: `lambda:${action}`, resource: executionArn }, () => run(durable.find(executionArn), request)),
  });
  return [
    about('POST', '/checkpoint', 'CheckpointDurableExecution', async (execution, request) =>
      durable.checkpoint(execution.arn, await checkpointInput(request)),
    ),
    about('GET', '/state', 'GetDurableExecutionState', (execution, { query }) => {
      refuseForeignToken(execution, query.get('CheckpointToken') ?? undefined);
      const { items, next } = paged(visibleOperations(execution), query, pages.most);
      return { Operations: wire(items, epochSeconds), NextMarker: next };
    }),
    about('GET', '/history', 'GetDurableExecutionHistory', ({ history }, { query }) => {
      const { items, next } = paged(inOrder(history.events, query), query);
      return { Events: wire(items, epochSeconds, query.get('IncludeExecutionData') !== 'true'), NextMarker: next };
    }),
    about('POST', '/stop', 'StopDurableExecution', async (execution, request) => {
      const error = (await request.json()) as ErrorObject;
      execution.end('STOPPED', {
        Error: Object.keys(error).length > 0 ? error : { ErrorType: 'Execution.Stopped', ErrorMessage: 'Stopped' },
      });
      return { StopTimestamp: epochSeconds(execution.endedAt ?? execution.now()) };
    }),
    about('GET', '', 'GetDurableExecution', (execution) => ({
      ...summary(execution),
      Version: execution.target.version.configuration.version,
      InputPayload: execution.input,
      ...execution.ending,
    })),
    {
      method: 'GET',
      name: 'ListDurableExecutionsByFunction',
      pattern: /^\/2025-12-01\/functions\/([^/]+)\/durable-executions$/,
      operation: ([reference = ''], { query }) => {
        const qualifier = query.get('Qualifier') ?? undefined;
        const need = { action: 'lambda:ListDurableExecutionsByFunction', resource: lambda.arn(reference, qualifier) };
        return jsonOperation(need, () => {
          const { version, qualifier: chosen } = lambda.target(reference, qualifier);
          const ofFunction = durable.list().filter(
            ({
              target: {
                version: { configuration },
              },
            }) => {
              const isSameVersion = chosen === undefined || configuration.version === version.configuration.version;
              return configuration.name === version.configuration.name && isSameVersion;
            },
          );
          const wanted = ofFunction.filter((execution) => isWanted(execution, query));
          const { items, next } = paged(inOrder(wanted, query), query);
          return { DurableExecutions: items.map(summary), NextMarker: next };
        });
      },
    },
  ];
}

/** @throws AwsError `ValidationException` */
async function checkpointInput(request: AwsRequest): Promise<CheckpointInput> {
  const input = await request.json();
  const { CheckpointToken, Updates = [] } = input;
  const isWhole = (update: unknown) =>
    ['Id', 'Type', 'Action'].every((key) => typeof (update as Record<string, unknown>)?.[key] === 'string');
  if (typeof CheckpointToken !== 'string' || !Array.isArray(Updates) || !Updates.every(isWhole))
    throw new AwsError('ValidationException', 'A checkpoint has a CheckpointToken, and each update an Id, a Type and an Action.');
  return input as unknown as CheckpointInput;
}

function isWanted({ status, name, startedAt }: DurableExecution, query: URLSearchParams): boolean {
  const statuses = query.getAll('Statuses');
  const wantedName = query.get('DurableExecutionName');
  const after = timeOf(query.get('StartedAfter')) ?? Number.NEGATIVE_INFINITY;
  const before = timeOf(query.get('StartedBefore')) ?? Number.POSITIVE_INFINITY;
  if (statuses.length > 0 && !statuses.includes(status)) return false;
  return (wantedName === null || wantedName === name) && startedAt > after && startedAt < before;
}

function timeOf(text: string | null): number | undefined {
  return text === null ? undefined : Date.parse(text);
}

function inOrder<T>(all: readonly T[], query: URLSearchParams): readonly T[] {
  return query.get('ReverseOrder') === 'true' ? all.toReversed() : all;
}

function paged<T>(all: readonly T[], query: URLSearchParams, usual = pages.usual): Page<T> {
  const size = pageSize(query.get('MaxItems') ?? undefined, pages.most, usual);
  return pageOf(all, query.get('Marker'), size, 'InvalidParameterValueException');
}

function summary({ arn, name, target, status, startedAt, endedAt }: DurableExecution): Readonly<Record<string, unknown>> {
  const { arn: functionArn, version } = target.version.configuration;
  return {
    DurableExecutionArn: arn,
    DurableExecutionName: name,
    FunctionArn: `${functionArn}:${version}`,
    Status: status,
    StartTimestamp: epochSeconds(startedAt),
    ...(endedAt === undefined ? {} : { EndTimestamp: epochSeconds(endedAt) }),
  };
}
