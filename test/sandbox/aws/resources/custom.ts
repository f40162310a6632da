import { randomUUID } from 'node:crypto';
import type { CustomAnswer } from '../cloudformation/response-desk.ts';
import { stackId } from '../cloudformation/scope.ts';
import type { Properties } from './properties.ts';
import type { Created, ResourceType, Site } from './resource-type.ts';

/** `Custom::…` and `AWS::CloudFormation::CustomResource`: a function of the deployment is asked, and answers at an address. */
export const customResource: ResourceType = {
  async create({ logicalId, properties }, site) {
    const asked = { RequestType: 'Create', ...place(logicalId, properties, site) };
    try {
      return await ask(asked, properties, site);
    } catch (error) {
      // As in AWS: what a failed creation may have left is asked to go.
      const PhysicalResourceId = error instanceof Refused ? error.physicalId : undefined;
      if (PhysicalResourceId) await ask({ ...asked, RequestType: 'Delete', PhysicalResourceId }, properties, site).catch(() => undefined);
      throw error;
    }
  },
  async update({ logicalId, properties }, site, { ref, properties: before }) {
    const OldResourceProperties = textOf(before.all);
    const asked = { RequestType: 'Update', PhysicalResourceId: ref, OldResourceProperties, ...place(logicalId, properties, site) };
    const updated = await ask(asked, properties, site);
    if (updated.ref === ref) return updated;
    throw new Error(`${properties.where}: the sandbox does not know updates that answer with another PhysicalResourceId.`);
  },
  async delete({ ref, properties }, site) {
    const [, logicalId = ''] = /\/(\S+) \(/.exec(properties.where) ?? [];
    await ask({ RequestType: 'Delete', PhysicalResourceId: ref, ...place(logicalId, properties, site) }, properties, site);
  },
};

class Refused extends Error {
  readonly physicalId: string | undefined;

  constructor(message: string, physicalId: string | undefined) {
    super(message);
    this.physicalId = physicalId;
  }
}

function place(logicalId: string, properties: Properties, site: Site): Readonly<Record<string, unknown>> {
  const [, stack = '', type = ''] = /^([^/]+)\/\S+ \((.*)\)$/.exec(properties.where) ?? [];
  return { StackId: stackId(stack, site), LogicalResourceId: logicalId, ResourceType: type, ResourceProperties: textOf(properties.all) };
}

/** AWS waits for the time-out; here an invocation that has ended without an answer is the end of it. */
async function ask(request: Readonly<Record<string, unknown>>, properties: Properties, site: Site): Promise<Created> {
  const token = properties.text('ServiceToken');
  if (!token.startsWith('arn:aws:lambda:')) throw new Error(`${properties.where}: the sandbox asks functions, not ${token}.`);
  const { url, answer } = await site.responses.open();
  const text = JSON.stringify({ ...request, RequestId: randomUUID(), ServiceToken: token, ResponseURL: url });
  const ended = site.lambda.invokeAsynchronously(token, text).then(() => undefined);
  const received = await Promise.race([
    answer,
    ended.then(() => new Error('CloudFormation did not receive a response from your Custom Resource.')),
  ]);
  await ended;
  return createdFrom(received, properties);
}

function createdFrom(answer: CustomAnswer | Error, { where }: Properties): Created {
  if (answer instanceof Error) throw new Refused(`${where}: ${answer.message}`, undefined);
  const physicalId = typeof answer.PhysicalResourceId === 'string' && answer.PhysicalResourceId ? answer.PhysicalResourceId : undefined;
  if (answer.Status !== 'SUCCESS') throw new Refused(`${where}: ${answer.Reason ?? 'Reason was not given'}`, physicalId);
  if (physicalId === undefined) throw new Refused(`${where}: Invalid PhysicalResourceId`, undefined);
  const data = Object.entries((answer.Data ?? {}) as Record<string, unknown>);
  return { ref: physicalId, attributes: Object.fromEntries(data.map(([name, value]) => [name, String(value)])) };
}

/** CloudFormation hands everything over as text. */
function textOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(textOf);
  if (value === null || typeof value !== 'object') return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, textOf(each)]));
}
