import { AwsError } from '../../http/aws-error.ts';
import type { Effects } from './apply-update.ts';
import type { DurableExecution } from './durable-execution.ts';
import type { DurableExecutions, DurableHost } from './durable-executions.ts';
import type { ErrorObject, Operation, OperationUpdate } from './operation.ts';

/** Invokes another function for an execution, with the role of its own function: a durable one as an execution of its own, a plain one once. */
export function chainedInvoke(executions: DurableExecutions, host: DurableHost): Effects['chain'] {
  return (execution, operation, update) => {
    try {
      return invoke(executions, host, execution, operation, update);
    } catch (error) {
      // The function hears of it as of any other failure: by a later invocation, or the next checkpoint.
      setImmediate(() => execution.settle(operation, 'FAILED', { Error: asErrorObject(error) }));
      return {};
    }
  };
}

function invoke(
  executions: DurableExecutions,
  host: DurableHost,
  execution: DurableExecution,
  operation: Operation,
  { ChainedInvokeOptions, Payload = 'null' }: OperationUpdate,
): Readonly<Record<string, unknown>> {
  const target = host.target(ChainedInvokeOptions?.FunctionName ?? '');
  const { role } = execution.target.version.configuration;
  const decision = host.ask(role, [{ action: 'lambda:InvokeFunction', resource: target.arn }]);
  if (!decision.allowed) throw new AwsError('AccessDeniedException', decision.reason, 403);
  const { version, durable } = target.version.configuration;
  if (durable === undefined) {
    void runPlain(host, target, Payload, execution, operation);
    return { ExecutedVersion: version };
  }
  const child = executions.start(target, Payload);
  void child.closed.then(() => settleWith(child, execution, operation));
  return { DurableExecutionArn: child.arn, ExecutedVersion: version };
}

function settleWith(child: DurableExecution, execution: DurableExecution, operation: Operation): void {
  if (child.status !== 'RUNNING') execution.settle(operation, child.status, child.ending);
}

async function runPlain(
  host: DurableHost,
  target: Parameters<DurableHost['run']>[0],
  text: string,
  execution: DurableExecution,
  operation: Operation,
): Promise<void> {
  try {
    const { outcome, payload } = await host.run(target, text);
    if (outcome === 'response') execution.settle(operation, 'SUCCEEDED', { Result: JSON.stringify(payload ?? null) });
    else execution.settle(operation, 'FAILED', { Error: functionError(payload) });
  } catch (error) {
    execution.settle(operation, 'FAILED', { Error: asErrorObject(error) });
  }
}

function functionError(payload: unknown): ErrorObject {
  const { errorType, errorMessage } = (payload ?? {}) as { errorType?: string; errorMessage?: string };
  return { ErrorType: errorType, ErrorMessage: errorMessage };
}

function asErrorObject(error: unknown): ErrorObject {
  if (error instanceof AwsError) return { ErrorType: error.code, ErrorMessage: error.message };
  return { ErrorType: 'Error', ErrorMessage: error instanceof Error ? error.message : String(error) };
}
