import { AwsError } from '../http/aws-error.ts';
import { type Answer, Forwarder } from '../http/forward.ts';
import type { Role } from '../iam/identities.ts';

type Output = Readonly<Record<string, unknown>>;

/** Calls that Lambda makes with a function's role (destinations, event sources), through the same door as the function's own. */
export class RoleClient {
  readonly #forwarder: Forwarder;
  readonly #region: string;

  /** @param endpoint the proxy's */
  constructor(endpoint: string, region: string) {
    this.#forwarder = new Forwarder(Number(new URL(endpoint).port));
    this.#region = region;
  }

  /** @throws AwsError as SQS answers it, or as the proxy refuses it */
  async queue(role: Role, operation: string, input: Output): Promise<Output> {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` };
    const answer = await this.#post(role, 'sqs', headers, JSON.stringify(input));
    const output = JSON.parse(answer.body.toString() || '{}') as Output;
    if (answer.status !== 200) throw new AwsError(String(output.__type), String(output.message), answer.status);
    return output;
  }

  /** @throws AwsError */
  async publish(role: Role, topicArn: string, message: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
    const form = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', TopicArn: topicArn, Message: message });
    Object.entries(attributes).forEach(([name, value], index) => {
      const prefix = `MessageAttributes.entry.${index + 1}`;
      form.set(`${prefix}.Name`, name);
      form.set(`${prefix}.Value.DataType`, 'String');
      form.set(`${prefix}.Value.StringValue`, value);
    });
    const answer = await this.#post(role, 'sns', { 'content-type': 'application/x-www-form-urlencoded' }, form.toString());
    if (answer.status !== 200) throw new AwsError('AuthorizationError', `SNS refused the message: ${answer.body}`, answer.status);
  }

  close(): void {
    this.#forwarder.close();
  }

  #post(role: Role, service: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
    const scope = `${role.accessKeyId}/20000101/${this.#region}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
    return this.#forwarder.post({ ...headers, authorization, 'x-amz-security-token': role.sessionToken }, Buffer.from(body));
  }
}
