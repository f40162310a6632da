import * as Lambda from '@aws-sdk/client-lambda';
import type { Place } from './place.ts';
import type { Tour } from './stop.ts';

const FunctionName = 'nobody';
const made = ({ outputs }: Place) => ({ FunctionName: outputs.function });
const notFound = 'ResourceNotFoundException';
const invalid = 'InvalidParameterValueException';
/** An ARN of the right shape. */
const noArn = ({ outputs }: Place) => ({
  DurableExecutionArn: `arn:aws:lambda:eu-west-1:000000000000:function:${outputs.durable}:1/durable-execution/nobody/nobody`,
});

interface Begun {
  readonly DurableExecutionArn: string;
  readonly CheckpointToken: string;
}

/** An execution that is under way for two seconds, and what its function was given. */
async function begun({ aws, lambda, outputs }: Place): Promise<Begun> {
  const FunctionName = outputs.durable ?? '';
  const start = new Lambda.InvokeCommand({ FunctionName, Qualifier: 'live', InvocationType: 'Event' });
  const { DurableExecutionArn = '' } = await lambda.send(start);
  for (;;) {
    const line = aws.logs(FunctionName).find((each) => each.includes(DurableExecutionArn) && each.includes('"token"'));
    if (line !== undefined) {
      const { token } = JSON.parse(line.slice(line.indexOf('{'))) as { token: string };
      return { DurableExecutionArn, CheckpointToken: token };
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function callback(place: Place): Promise<{ readonly CallbackId: string }> {
  const Updates = [{ Id: 'callback', Type: 'CALLBACK', Action: 'START' } as const];
  const checkpoint = new Lambda.CheckpointDurableExecutionCommand({ ...(await begun(place)), Updates });
  const { NewExecutionState } = await place.lambda.send(checkpoint);
  const [found] = NewExecutionState?.Operations?.filter(({ Id }) => Id === 'callback') ?? [];
  return { CallbackId: found?.CallbackDetails?.CallbackId ?? '' };
}
const CallbackId = 'nobody';

export const lambda: Tour = {
  Invoke: {
    works: (place) => place.lambda.send(new Lambda.InvokeCommand(made(place))),
    refused: [notFound, ({ lambda: client }) => client.send(new Lambda.InvokeCommand({ FunctionName }))],
  },
  GetFunction: {
    works: (place) => place.lambda.send(new Lambda.GetFunctionCommand(made(place))),
    refused: [notFound, ({ lambda: client }) => client.send(new Lambda.GetFunctionCommand({ FunctionName }))],
  },
  GetFunctionConfiguration: {
    works: (place) => place.lambda.send(new Lambda.GetFunctionConfigurationCommand(made(place))),
    refused: [notFound, ({ lambda: client }) => client.send(new Lambda.GetFunctionConfigurationCommand({ FunctionName }))],
  },
  GetFunctionConcurrency: {
    works: (place) => place.lambda.send(new Lambda.GetFunctionConcurrencyCommand(made(place))),
    refused: [notFound, ({ lambda: client }) => client.send(new Lambda.GetFunctionConcurrencyCommand({ FunctionName }))],
  },
  ListVersionsByFunction: {
    works: (place) => place.lambda.send(new Lambda.ListVersionsByFunctionCommand(made(place))),
    refused: [notFound, ({ lambda: client }) => client.send(new Lambda.ListVersionsByFunctionCommand({ FunctionName }))],
  },
  ListAliases: {
    works: (place) => place.lambda.send(new Lambda.ListAliasesCommand(made(place))),
    refused: [notFound, ({ lambda: client }) => client.send(new Lambda.ListAliasesCommand({ FunctionName }))],
  },
  GetAccountSettings: { works: ({ lambda: client }) => client.send(new Lambda.GetAccountSettingsCommand({})) },
  CheckpointDurableExecution: {
    works: callback,
    refused: [
      invalid,
      async (place) => {
        const { DurableExecutionArn } = await begun(place);
        return place.lambda.send(new Lambda.CheckpointDurableExecutionCommand({ DurableExecutionArn, CheckpointToken: 'nobody' }));
      },
    ],
  },
  GetDurableExecutionState: {
    works: async (place) => place.lambda.send(new Lambda.GetDurableExecutionStateCommand(await begun(place))),
    refused: [
      invalid,
      async (place) => {
        const { DurableExecutionArn } = await begun(place);
        return place.lambda.send(new Lambda.GetDurableExecutionStateCommand({ DurableExecutionArn, CheckpointToken: 'nobody' }));
      },
    ],
  },
  GetDurableExecutionHistory: {
    works: async (place) => place.lambda.send(new Lambda.GetDurableExecutionHistoryCommand(await begun(place))),
    refused: [notFound, (place) => place.lambda.send(new Lambda.GetDurableExecutionHistoryCommand(noArn(place)))],
  },
  GetDurableExecution: {
    works: async (place) => place.lambda.send(new Lambda.GetDurableExecutionCommand(await begun(place))),
    refused: [notFound, (place) => place.lambda.send(new Lambda.GetDurableExecutionCommand(noArn(place)))],
  },
  StopDurableExecution: {
    works: async (place) => place.lambda.send(new Lambda.StopDurableExecutionCommand(await begun(place))),
    refused: [notFound, (place) => place.lambda.send(new Lambda.StopDurableExecutionCommand(noArn(place)))],
  },
  ListDurableExecutionsByFunction: {
    works: ({ lambda: client, outputs }) =>
      client.send(new Lambda.ListDurableExecutionsByFunctionCommand({ FunctionName: outputs.durable })),
    refused: [notFound, ({ lambda: client }) => client.send(new Lambda.ListDurableExecutionsByFunctionCommand({ FunctionName }))],
  },
  SendDurableExecutionCallbackHeartbeat: {
    works: async (place) => place.lambda.send(new Lambda.SendDurableExecutionCallbackHeartbeatCommand(await callback(place))),
    refused: [notFound, ({ lambda: client }) => client.send(new Lambda.SendDurableExecutionCallbackHeartbeatCommand({ CallbackId }))],
  },
  SendDurableExecutionCallbackSuccess: {
    works: async (place) => place.lambda.send(new Lambda.SendDurableExecutionCallbackSuccessCommand(await callback(place))),
    refused: [notFound, ({ lambda: client }) => client.send(new Lambda.SendDurableExecutionCallbackSuccessCommand({ CallbackId }))],
  },
  SendDurableExecutionCallbackFailure: {
    works: async (place) => place.lambda.send(new Lambda.SendDurableExecutionCallbackFailureCommand(await callback(place))),
    refused: [notFound, ({ lambda: client }) => client.send(new Lambda.SendDurableExecutionCallbackFailureCommand({ CallbackId }))],
  },
  DeleteFunction: {
    works: (place) => place.lambda.send(new Lambda.DeleteFunctionCommand({ FunctionName: place.outputs.free, Qualifier: '1' })),
    refused: [notFound, ({ lambda: client }) => client.send(new Lambda.DeleteFunctionCommand({ FunctionName, Qualifier: '1' }))],
  },
};
