import { type LambdaClient, SendDurableExecutionCallbackSuccessCommand } from '@aws-sdk/client-lambda';

/** What Lambda says of a bell that has been rung, or whose time is over. */
const silent = ['CallbackTimeoutException', 'InvalidParameterValueException', 'ResourceNotFoundException'];

/** Rings a waiting run's bell. It carries nothing: the run looks for itself. @returns false when it does not wait any more */
export async function wake(client: LambdaClient, callbackId: string): Promise<boolean> {
  try {
    await client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId: callbackId }));
    return true;
  } catch (error) {
    if (error instanceof Error && silent.includes(error.name)) return false;
    throw error;
  }
}
