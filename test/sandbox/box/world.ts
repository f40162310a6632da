import { randomBytes } from 'node:crypto';
import { Remarks } from './annotations/remarks.ts';
import { Templates } from './annotations/template.ts';
import type { BoxWorld } from './call.ts';
import { Downloads } from './content/download-address.ts';
import { Trash } from './content/trash.ts';
import { UploadSessions } from './content/upload-session.ts';
import { randomStream } from './enterprise/random.ts';
import { seedEnterprise } from './enterprise/seed.ts';
import { EventLog } from './events/event-log.ts';
import { Limits } from './http/rate-limit.ts';
import { Journal } from './journal.ts';
import { type BoxOptions, defaults, identity } from './options.ts';
import { Groups } from './people/group.ts';
import { Transfers } from './people/transfers.ts';
import { CollaborationBook } from './sharing/collaboration-book.ts';
import { BoxApp } from './tokens/app-settings.ts';
import { TokenStore } from './tokens/token.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** Where the simulator listens; known once it does. */
export interface Origins {
  api: string;
  downloads: string;
}

export function createWorld(options: BoxOptions, origins: Origins): BoxWorld {
  const given = { ...defaults, ...options };
  const now = options.now ?? Date.now;
  const app = new BoxApp(identity(options), options.appSettings);
  const enterprise = seedEnterprise(options);
  const groups = new Groups(enterprise, now);
  const random = randomStream(options.seed ?? 1);
  const self = () => world;
  const newKey = () => randomBytes(24).toString('base64');
  const world: BoxWorld = {
    now,
    app,
    enterprise,
    groups,
    tokens: new TokenStore(now, (userId) => world.webhooks.sessionsEnded(userId)),
    limits: new Limits({ now, callsPerMinute: given.ratePerMinute, minuteMs: given.rateWindowSeconds * 1000, scale: given.limitScale }),
    journal: new Journal(given.journalLimit),
    trash: new Trash(enterprise, now),
    uploads: new UploadSessions(now, given.smallestSession),
    downloads: new Downloads(now, () => origins.downloads),
    collaborations: new CollaborationBook(enterprise, () => groups),
    transfers: new Transfers(self, given.transferSeconds * 1000),
    events: new EventLog(enterprise, { now, loginDays: given.loginDays, lag: given.eventLagSeconds * 1000 }),
    webhooks: new Webhooks(self, {
      keys: options.signatureKeys ?? { primary: newKey(), secondary: newKey() },
      timeout: given.webhookTimeoutSeconds * 1000,
    }),
    remarks: new Remarks(self),
    templates: new Templates(app.enterpriseId, enterprise.plan.seed),
    itemsPerPage: given.itemsPerPage,
    origin: () => origins.api,
    contentDelay: given.contentDelaySeconds * 1000,
    commitDelay: given.commitDelaySeconds * 1000,
    expiresIn: () => options.expiresInSeconds ?? given.shortestLife + Math.floor((given.longestLife - given.shortestLife + 1) * random()),
  };
  return world;
}
