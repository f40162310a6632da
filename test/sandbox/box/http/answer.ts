import type { Content } from '../content/bytes.ts';

/** What goes back over the wire: a JSON `body`, `text` as it stands, the bytes of a file, or nothing. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly text?: string;
  /** `end` is exclusive. */
  readonly slice?: { readonly content: Content; readonly start: number; readonly end: number };
}

const realm = 'Bearer realm="Service"';

/** Expired, revoked or unknown token: the reason stands in the header, the body is empty. */
export const invalidToken: Answer = {
  status: 401,
  headers: {
    'www-authenticate': `${realm}, error="invalid_token", error_description="The access token provided is invalid."`,
  },
};

export const noToken: Answer = {
  status: 401,
  headers: { 'www-authenticate': realm },
};

/** A scope or privilege that the token lacks: the reason stands in the header, the body is empty. */
export const insufficientScope: Answer = {
  status: 403,
  headers: {
    'www-authenticate': `${realm}, error="insufficient_scope", error_description="The request requires higher privileges than provided by the access token."`,
  },
};

/** Carried out, nothing to say. */
export const noContent: Answer = { status: 204 };
