import type { Decision, Need } from '../iam/authorize.ts';
import type { Role } from '../iam/identities.ts';
import type { Target } from './lambda-function.ts';
import type { RoleClient } from './role-client.ts';

export interface DestinationHost {
  readonly roleClient: RoleClient;
  queueUrl(queueName: string): string;
  /** Decides and writes into the journal. */
  ask(role: Role, needs: readonly Need[]): Decision;
  /** Accepts an event and returns at once. */
  accept(functionArn: string, text: string): void;
}

/** Services that can be destinations here, by the service part of their ARNs. */
const services = ['sqs', 'sns', 'lambda'];

export function isDestination(arn: string): boolean {
  return services.includes(arn.split(':')[2] ?? '');
}

/** Hands a record to a queue, a topic or a function, as the invoked function's role. @throws Error when the role may not, or nothing is there */
export async function deliver(
  target: Target,
  destinationArn: string,
  body: string,
  attributes: Readonly<Record<string, string>>,
  host: DestinationHost,
): Promise<void> {
  const { role } = target.version.configuration;
  const [, , service, , , name = ''] = destinationArn.split(':');
  if (service === 'sqs') {
    const messageAttributes = Object.entries(attributes).map(([key, value]) => [key, { DataType: 'String', StringValue: value }]);
    await host.roleClient.queue(role, 'SendMessage', {
      QueueUrl: host.queueUrl(name),
      MessageBody: body,
      MessageAttributes: Object.fromEntries(messageAttributes),
    });
    return;
  }
  if (service === 'sns') return host.roleClient.publish(role, destinationArn, body, attributes);
  const decision = host.ask(role, [{ action: 'lambda:InvokeFunction', resource: destinationArn }]);
  if (!decision.allowed) throw new Error(decision.reason);
  host.accept(destinationArn, body);
}
