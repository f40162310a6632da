import type { IncomingHttpHeaders } from 'node:http';
import type { Remarks } from './annotations/remarks.ts';
import type { Templates } from './annotations/template.ts';
import type { Downloads } from './content/download-address.ts';
import type { Trash } from './content/trash.ts';
import type { UploadSessions } from './content/upload-session.ts';
import type { Enterprise } from './enterprise/enterprise.ts';
import type { UserRecord } from './enterprise/user-record.ts';
import type { EventLog } from './events/event-log.ts';
import type { Limits } from './http/rate-limit.ts';
import type { Journal } from './journal.ts';
import type { Groups } from './people/group.ts';
import type { Transfers } from './people/transfers.ts';
import type { CollaborationBook } from './sharing/collaboration-book.ts';
import type { BoxApp } from './tokens/app-settings.ts';
import type { LiveToken, TokenStore } from './tokens/token.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** The state behind every route. */
export interface BoxWorld {
  /** Milliseconds. */
  readonly now: () => number;
  readonly app: BoxApp;
  readonly enterprise: Enterprise;
  readonly tokens: TokenStore;
  readonly limits: Limits;
  readonly journal: Journal;
  readonly trash: Trash;
  readonly uploads: UploadSessions;
  readonly downloads: Downloads;
  readonly collaborations: CollaborationBook;
  readonly groups: Groups;
  readonly transfers: Transfers;
  readonly events: EventLog;
  readonly webhooks: Webhooks;
  readonly remarks: Remarks;
  readonly templates: Templates;
  /** The most items of a folder that come at once. */
  readonly itemsPerPage: number;
  /** Where the API listens, such as `http://127.0.0.1:49152`. */
  readonly origin: () => string;
  /** Lifetime of the next token, in seconds. */
  readonly expiresIn: () => number;
  /** How long after an upload its bytes can't be downloaded yet, in milliseconds. */
  readonly contentDelay: number;
  /** How long a commit of many parts takes, in milliseconds. */
  readonly commitDelay: number;
}

/** One request as the routes see it. What `subject` and `tokenFingerprint` hold in the end goes into the journal. */
export interface Call {
  /** On the simulator's clock, in milliseconds. */
  readonly at: number;
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** As sent, without the question mark. */
  readonly search: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** The bytes as text. */
  readonly body: string;
  /** From the path, such as `id`. */
  params: Readonly<Record<string, string>>;
  subject: string | undefined;
  tokenFingerprint: string | undefined;
}

/** Whom the call acts as, after the token and the `as-user` header. */
export interface Caller {
  readonly user: UserRecord;
  readonly token: LiveToken;
  /** May look at the whole enterprise: the service account with enterprise access, administrators and co-administrators. */
  readonly administers: boolean;
}
