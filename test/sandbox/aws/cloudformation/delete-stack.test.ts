import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, test, vi } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { synthesise } from '../fixture/synthesise.ts';
import { startAws } from '../index.ts';

const assembly = synthesise((app) => {
  const queue = new Queue(new Stack(app, 'Base'), 'Queue');
  const user = new Stack(app, 'User');
  new Queue(user, 'Queue', { deadLetterQueue: { queue, maxReceiveCount: 1 } });
  new Queue(new Stack(app, 'Kept', { terminationProtection: true }), 'Queue');
});

test('a stack is deleted while somebody watches it, and not while another one needs it or its protection is on', async () => {
  const aws = await startAws({ assembly });
  try {
    await aws.deploy();
    const client = new CloudFormationClient(asOperator(aws));
    const remove = (StackName: string) => client.send(new DeleteStackCommand({ StackName }));
    const look = async (StackName: string) => (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
    const ends = (StackName: string, status: string) =>
      vi.waitFor(async () => {
        const stack = await look(StackName);
        expect(stack?.StackStatus).toBe(status);
        return stack;
      });

    await expect(remove('Kept')).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('TerminationProtection'),
    });
    const { StackId: id = '' } = (await look('Base')) ?? {};
    await remove('Base');
    expect((await ends('Base', 'DELETE_FAILED'))?.StackStatusReason).toContain('in use by User');
    await remove('User');
    await vi.waitFor(() => expect(aws.stacks()).toEqual(['Base', 'Kept']));
    await remove('Base');
    await ends(id, 'DELETE_COMPLETE');
    await expect(look('Base')).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringContaining('does not exist') });
    const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: id }));
    expect(StackEvents).toMatchObject([{ StackName: 'Base', ResourceStatus: 'DELETE_COMPLETE' }]);
    await remove('Base');
    expect(aws.stacks()).toEqual(['Kept']);
  } finally {
    await aws.stop();
  }
});
