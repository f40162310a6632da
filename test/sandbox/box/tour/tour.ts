import type { BoxClient } from 'box-node-sdk';

/** What the calls before have left for those after them. */
export interface Tour {
  readonly service: BoxClient;
  readonly user: BoxClient;
  readonly other: BoxClient;
  readonly address: string;
  file: string;
  folder: string;
  webLink: string;
  version: string;
  session: string;
  parts: Awaited<ReturnType<BoxClient['chunkedUploads']['uploadFilePart']>>[];
  collaboration: string;
  group: string;
  membership: string;
  webhook: string;
  comment: string;
  task: string;
  person: string;
  alias: string;
  token: string;
}

/** A route and a call of Box's SDK that uses it. */
export type Stop = readonly [route: string, call: (tour: Tour) => Promise<unknown>];
