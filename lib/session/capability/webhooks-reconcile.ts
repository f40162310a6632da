import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { EventsManager } from 'box-node-sdk/managers/events';
import { FilesManager } from 'box-node-sdk/managers/files';
import { FoldersManager } from 'box-node-sdk/managers/folders';
import { WebhooksManager } from 'box-node-sdk/managers/webhooks';
import { resolveEndpoints } from '../../box/endpoints.ts';
import { PatientGate } from '../../box/patience.ts';
import type { WebhookFinding, WebhookReconciler } from '../../declare/capability.ts';
import { environment, optional, required } from '../../env.ts';
import { NightporterError } from '../../errors.ts';
import { awsClientOptions } from '../../http/aws-request-handler.ts';
import { pack } from '../../webhook/envelope.ts';
import { boxHistory } from '../../webhook/reconcile/box-history.ts';
import { boxWebhooks } from '../../webhook/reconcile/box-webhooks.ts';
import { catchUp } from '../../webhook/reconcile/catch-up.ts';
import { explainDeafness } from '../../webhook/reconcile/explain.ts';
import { takeLease } from '../../webhook/reconcile/lease.ts';
import { reconcile } from '../../webhook/reconcile/reconcile.ts';
import { type WebhookStore, webhookStore } from '../../webhook/reconcile/store.ts';
import { type Owner, ownerKey } from '../../webhook/reconcile/wanted.ts';
import { openManagers } from '../box.ts';
import type { CapabilityProvider, Setup } from '../provider.ts';
import { type Identity, ownerOf } from '../settings.ts';

const classes = { webhooks: WebhooksManager, events: EventsManager, files: FilesManager, folders: FoldersManager };

type Opened = { readonly [K in keyof typeof classes]: InstanceType<(typeof classes)[K]> };

interface Parts extends Pick<Setup, 'tokens'> {
  readonly store: WebhookStore;
  readonly queue: SQSClient;
  /** Box as that owner sees it. */
  readonly open: (owner: Owner) => Opened;
  readonly signal: AbortSignal;
}

/** `webhooks:reconcile`: the webhooks of the function's Box app, as whoever owns them. */
export const capability: CapabilityProvider = {
  async prepare({ tokens, budgets }) {
    const client = new DynamoDBClient({ ...awsClientOptions() });
    const store = webhookStore(client, required(environment.runsTable), required(environment.job));
    const queue = new SQSClient({ ...awsClientOptions() });
    const endpoints = resolveEndpoints(optional(environment.boxEndpointUrl));
    return (invocation) => {
      const open = (owner: Owner) => {
        const identity = identityOf(owner);
        const gate = budgets && new PatientGate(budgets.at(ownerOf(identity)), invocation.remainingMs);
        return openManagers(classes, { endpoints, tokens, gate, ...identity }, invocation) as unknown as Opened;
      };
      return { properties: { webhooks: reconciler({ store, queue, open, tokens, signal: invocation.signal }) } };
    };
  },
};

function reconciler({ store, queue, open, tokens, signal }: Parts): WebhookReconciler {
  const now = Date.now;
  return {
    async reconcile() {
      await using lease = await takeLease(store.leases, { now, signal });
      const wish = await store.wish();
      const findings: WebhookFinding[] = [];
      for (const [owner, wanted] of await owners(store)) {
        if (!(await hasSecret(tokens, signal))) return undefined;
        const { webhooks } = open(owner);
        const notes = store.notesOf(owner);
        const found = await reconcile({ wanted, adopt: wish.adopt, box: boxWebhooks(webhooks), notes, lease, now, signal });
        findings.push(...found.map(({ target: item, ...rest }) => ({ item, ...rest })));
      }
      return findings;
    },
    async catchUp() {
      await using lease = await takeLease(store.leases, { now, signal });
      let sent = 0;
      const problems: string[] = [];
      const { events } = open({ type: 'enterprise' });
      for (const [owner, wanted] of await owners(store)) {
        const history = boxHistory({ ...open(owner), events });
        const enqueue = (QueueUrl: string, body: string) =>
          queue.send(new SendMessageCommand({ QueueUrl, ...pack({ body, deliveryId: 'caught-up', sentAt: now() }) }));
        const caughtUp = catchUp({ wanted, notes: store.notesOf(owner), lease, history, enqueue, now, signal });
        sent += await caughtUp.catch((error: unknown) => {
          signal.throwIfAborted();
          problems.push(explainDeafness(owner, error));
          return 0;
        });
      }
      return { events: sent, problems };
    },
  };
}

/** Everyone who has a webhook of ours or is to have one, and which. */
async function owners(store: WebhookStore) {
  const { webhooks } = await store.wish();
  const known = [...(await store.owners()), ...webhooks.map(({ owner }) => owner)];
  const unique = new Map(known.map((owner) => [ownerKey(owner), owner]));
  return [...unique].map(([key, owner]) => [owner, webhooks.filter((wanted) => ownerKey(wanted.owner) === key)] as const);
}

function identityOf(owner: Owner): Identity {
  if (owner.type === 'enterprise') return { subject: { type: 'enterprise' } };
  return owner.through === 'as-user' ? { subject: { type: 'enterprise' }, asUser: owner.id } : { subject: { type: 'user', id: owner.id } };
}

/** A first deployment makes the secret that the credentials go into: no webhook can be made before they are there, and nothing is wrong. */
async function hasSecret(tokens: Setup['tokens'], signal: AbortSignal): Promise<boolean> {
  try {
    await tokens.get({ type: 'enterprise' }, { signal });
    return true;
  } catch (error) {
    if (error instanceof NightporterError && error.code === 'SECRET_EMPTY') return false;
    throw error;
  }
}
