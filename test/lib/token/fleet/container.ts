import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { UsersManager } from 'box-node-sdk/managers/users';
import { resolveEndpoints } from '../../../../lib/box/endpoints.ts';
import { awsClientOptions } from '../../../../lib/http/aws-request-handler.ts';
import { openManagers } from '../../../../lib/session/box.ts';
import type { AccessToken } from '../../../../lib/token/access-token.ts';
import { credentialsFrom } from '../../../../lib/token/credentials.ts';
import { sharedTierIn } from '../../../../lib/token/shared-tier.ts';
import type { Subject } from '../../../../lib/token/subject.ts';
import { tokenCipher } from '../../../../lib/token/token-cipher.ts';
import type { TokenEvent } from '../../../../lib/token/token-event.ts';
import { createTokenSource, type TokenSource } from '../../../../lib/token/token-source.ts';
import { WanderingClock } from './wandering-clock.ts';

export interface ContainerPlace {
  /** Where this container's requests go: the fleet's internet, under the container's name. */
  readonly url: string;
  readonly trueTime: () => number;
  /** Name of the shared table; none: every container mints for itself. */
  readonly table: string | undefined;
  readonly scope: string;
  /** How long store and KMS may take. */
  readonly storeTimeoutMs: number;
  readonly rotationPollMs: number;
}

/** One container of the fleet: the product's own parts on a clock of its own. Simulated: it shares its process with the others. */
export class Container {
  readonly name: string;
  readonly clock: WanderingClock;
  readonly source: TokenSource;
  readonly events: TokenEvent[] = [];
  readonly #url: string;
  readonly #handedAt = new Map<string, number>();

  constructor(name: string, { url, trueTime, table, scope, storeTimeoutMs: timeoutMs, rotationPollMs }: ContainerPlace) {
    this.name = name;
    this.#url = url;
    this.clock = new WanderingClock(trueTime);
    const observe = (event: TokenEvent) => {
      this.events.push(event);
      this.clock.heardOf(event);
    };
    const aws = {
      ...awsClientOptions(),
      endpoint: url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'fleet', secretAccessKey: 'fleet' },
    };
    const once = { ...aws, maxAttempts: 1 };
    const now = () => this.clock.read();
    const source = createTokenSource({
      apiUrl: url,
      credentials: credentialsFrom(new SecretsManagerClient(aws), 'box', now),
      sharedTier:
        table === undefined
          ? undefined
          : sharedTierIn({
              client: new DynamoDBClient(once),
              table,
              scope,
              cipher: tokenCipher(new KMSClient(once), 'arn:aws:kms:eu-west-1:000000000000:key/tokens', { table, scope, timeoutMs }),
              timeoutMs,
              observe,
              owner: name,
            }),
      now,
      observe,
      rotationPollMs,
    });
    const hand = <Token extends AccessToken | undefined>(token: Token): Token => {
      if (token) this.#handedAt.set(token.reveal(), trueTime());
      return token;
    };
    this.source = {
      ...source,
      held: (subject) => hand(source.held(subject)),
      get: async (subject, options) => hand(await source.get(subject, options)),
      renew: async (subject, rejected, options) => hand(await source.renew(subject, rejected, options)),
    };
  }

  /** When the token source last handed this token out: it has no part in what happens between that and its arrival. */
  handedAt(token: string): number | undefined {
    return this.#handedAt.get(token);
  }

  /** A call as a job makes it. @returns the id of the user whom Box takes the caller for */
  async whoAmI(subject: Subject, remainingMs: () => number): Promise<string> {
    // The fleet's internet is where the simulator is; a container's name is a path of it.
    resolveEndpoints(new URL(this.#url).origin);
    const connection = { endpoints: { apiUrl: this.#url, uploadUrl: this.#url }, tokens: this.source, subject };
    const invocation = { signal: new AbortController().signal, remainingMs };
    const { users } = openManagers({ users: UsersManager }, connection, invocation) as { users: UsersManager };
    return (await users.getUserMe()).id;
  }
}
