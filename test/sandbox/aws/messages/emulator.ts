import type { IncomingHttpHeaders } from 'node:http';
import { buildApp } from 'fauxqs';
import { type Answer, Forwarder } from '../http/forward.ts';
import type { Input } from '../http/json-service.ts';

type App = ReturnType<typeof buildApp>;

/** fauxqs, of which only SQS and SNS are used. */
export class Emulator {
  readonly #app: App;
  readonly #forwarder: Forwarder;
  readonly #region: string;

  private constructor(app: App, port: number, region: string) {
    this.#app = app;
    this.#forwarder = new Forwarder(port);
    this.#region = region;
  }

  static async start(region: string): Promise<Emulator> {
    // Not its own start function: that one listens on every interface.
    const app = buildApp({ logger: false, defaultRegion: region });
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    return new Emulator(app, Number(new URL(address).port), region);
  }

  forward(headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    return this.#forwarder.post(headers, body);
  }

  /** @throws Error with what SQS says */
  async queue(operation: string, input: Input): Promise<Input> {
    const headers = { ...this.#headers('sqs', 'application/x-amz-json-1.0'), 'x-amz-target': `AmazonSQS.${operation}` };
    const answer = await this.#forwarder.post(headers, Buffer.from(JSON.stringify(input)));
    if (answer.status !== 200) throw new Error(`SQS ${operation} failed: ${answer.body}`);
    return JSON.parse(answer.body.toString() || '{}') as Input;
  }

  /** @returns XML. @throws Error with what SNS says */
  async topic(form: Readonly<Record<string, string>>): Promise<string> {
    const body = Buffer.from(new URLSearchParams(form).toString());
    const answer = await this.#forwarder.post(this.#headers('sns', 'application/x-www-form-urlencoded'), body);
    if (answer.status !== 200) throw new Error(`SNS ${form.Action} failed: ${answer.body}`);
    return answer.body.toString();
  }

  async close(): Promise<void> {
    this.#forwarder.close();
    await this.#app.close();
  }

  /** fauxqs takes the region of a new resource from the signature's scope. */
  #headers(service: string, contentType: string): Record<string, string> {
    const scope = `AWS4-HMAC-SHA256 Credential=sandbox/20000101/${this.#region}/${service}/aws4_request, SignedHeaders=host, Signature=none`;
    return { authorization: scope, 'content-type': contentType };
  }
}
