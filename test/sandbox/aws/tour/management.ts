import { createHash, createHmac } from 'node:crypto';
import * as CloudFormation from '@aws-sdk/client-cloudformation';
import * as Logs from '@aws-sdk/client-cloudwatch-logs';
import * as Scheduler from '@aws-sdk/client-scheduler';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Place } from './place.ts';
import type { Tour } from './stop.ts';

const StackName = 'nobody';
/** CloudFormation has no other name for a stack that is not there, or is protected. */
const noSuchStack = 'ValidationError';

export const cloudformation: Tour = {
  DeleteStack: {
    works: ({ cloudformation: client }) => client.send(new CloudFormation.DeleteStackCommand({ StackName })),
    refused: [noSuchStack, ({ cloudformation: client }) => client.send(new CloudFormation.DeleteStackCommand({ StackName: 'Test' }))],
  },
  DescribeStackEvents: {
    works: ({ cloudformation: client }) => client.send(new CloudFormation.DescribeStackEventsCommand({ StackName: 'Test' })),
    refused: [noSuchStack, ({ cloudformation: client }) => client.send(new CloudFormation.DescribeStackEventsCommand({ StackName }))],
  },
  DescribeStacks: {
    works: ({ cloudformation: client }) => client.send(new CloudFormation.DescribeStacksCommand({ StackName: 'Test' })),
    refused: [noSuchStack, ({ cloudformation: client }) => client.send(new CloudFormation.DescribeStacksCommand({ StackName }))],
  },
  GetTemplate: {
    works: ({ cloudformation: client }) => client.send(new CloudFormation.GetTemplateCommand({ StackName: 'Test' })),
    refused: [noSuchStack, ({ cloudformation: client }) => client.send(new CloudFormation.GetTemplateCommand({ StackName }))],
  },
  ListStackResources: {
    works: ({ cloudformation: client }) => client.send(new CloudFormation.ListStackResourcesCommand({ StackName: 'Test' })),
    refused: [noSuchStack, ({ cloudformation: client }) => client.send(new CloudFormation.ListStackResourcesCommand({ StackName }))],
  },
};

const logGroupName = '/aws/lambda/nobody';
const notFound = 'ResourceNotFoundException';

/** The group of a function that has just written. */
async function group({ aws, outputs }: Place) {
  await aws.invoke(outputs.function ?? '', {});
  return { logGroupName: `/aws/lambda/${outputs.function}` };
}

export const logs: Tour = {
  DescribeLogGroups: {
    works: ({ logs: client }) => client.send(new Logs.DescribeLogGroupsCommand({})),
    refused: ['InvalidParameterException', ({ logs: client }) => client.send(new Logs.DescribeLogGroupsCommand({ nextToken: 'nobody' }))],
  },
  DescribeLogStreams: {
    works: async (place) => place.logs.send(new Logs.DescribeLogStreamsCommand(await group(place))),
    refused: [notFound, ({ logs: client }) => client.send(new Logs.DescribeLogStreamsCommand({ logGroupName }))],
  },
  GetLogEvents: {
    works: async (place) => {
      const of = await group(place);
      const { logStreams = [] } = await place.logs.send(new Logs.DescribeLogStreamsCommand(of));
      return place.logs.send(new Logs.GetLogEventsCommand({ ...of, logStreamName: logStreams[0]?.logStreamName }));
    },
    refused: [notFound, ({ logs: client }) => client.send(new Logs.GetLogEventsCommand({ logGroupName, logStreamName: 'nobody' }))],
  },
  FilterLogEvents: {
    works: async (place) => place.logs.send(new Logs.FilterLogEventsCommand(await group(place))),
    refused: [notFound, ({ logs: client }) => client.send(new Logs.FilterLogEventsCommand({ logGroupName }))],
  },
};

const schedule = async ({ scheduler: client, outputs }: Place, Name = outputs.schedule) => {
  const { ScheduleExpression, FlexibleTimeWindow, Target } = await client.send(
    new Scheduler.GetScheduleCommand({ Name: outputs.schedule }),
  );
  return { Name, ScheduleExpression, FlexibleTimeWindow, Target };
};

export const scheduler: Tour = {
  GetSchedule: {
    works: ({ scheduler: client, outputs }) => client.send(new Scheduler.GetScheduleCommand({ Name: outputs.schedule })),
    refused: [notFound, ({ scheduler: client }) => client.send(new Scheduler.GetScheduleCommand({ Name: 'nobody' }))],
  },
  ListSchedules: {
    works: ({ scheduler: client }) => client.send(new Scheduler.ListSchedulesCommand({})),
    refused: ['ValidationException', ({ scheduler: client }) => client.send(new Scheduler.ListSchedulesCommand({ NextToken: 'nobody' }))],
  },
  UpdateSchedule: {
    works: async (place) => place.scheduler.send(new Scheduler.UpdateScheduleCommand(await schedule(place))),
    refused: [notFound, async (place) => place.scheduler.send(new Scheduler.UpdateScheduleCommand(await schedule(place, 'nobody')))],
  },
};

const RoleSessionName = 'tour';

export const sts: Tour = {
  GetCallerIdentity: {
    works: ({ sts: client }) => client.send(new GetCallerIdentityCommand({})),
    refused: [
      'InvalidClientTokenId',
      ({ settings }) => {
        const credentials = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'nobody' };
        return new STSClient({ ...settings, credentials }).send(new GetCallerIdentityCommand({}));
      },
    ],
  },
  AssumeRole: {
    works: ({ sts: client, outputs }) => client.send(new AssumeRoleCommand({ RoleArn: outputs.role, RoleSessionName })),
    refused: [
      'AccessDenied',
      ({ sts: client, outputs }) => client.send(new AssumeRoleCommand({ RoleArn: `${outputs.role}-nobody`, RoleSessionName })),
    ],
  },
};

export const iam: Tour = {
  GetRole: {
    works: (place) => getRole(place, place.outputs.roleName ?? ''),
    refused: ['NoSuchEntity', (place) => getRole(place, 'nobody')],
  },
};

/** By the SDK's signer alone: its client of IAM would be installed for this one call. */
async function getRole({ settings }: Place, RoleName: string): Promise<string> {
  const { hostname, port, host } = new URL(settings.endpoint);
  const signer = new SignatureV4({ service: 'iam', region: 'us-east-1', credentials: settings.credentials, sha256: Sha256 });
  const body = new URLSearchParams({ Action: 'GetRole', Version: '2010-05-08', RoleName }).toString();
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded' };
  const signed = await signer.sign({ method: 'POST', protocol: 'http:', hostname, port: Number(port), path: '/', headers, body });
  const response = await fetch(settings.endpoint, { method: 'POST', headers: signed.headers, body });
  const text = await response.text();
  if (response.ok) return text;
  throw Object.assign(new Error(text), { name: /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? 'unknown' });
}

/** What the signer asks of a hash. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', Buffer.from(secret as string));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(Buffer.from(data as string));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}
