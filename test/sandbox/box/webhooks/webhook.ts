/** Dates in milliseconds, people by user id. */
export interface Webhook {
  readonly id: string;
  target: { readonly type: 'file' | 'folder'; readonly id: string };
  triggers: readonly string[];
  address: string;
  readonly createdBy: string;
  readonly createdAt: number;
  /** Of a delivery; at first, when it was made. */
  lastSuccessAt: number;
  lastTriggerAt: number;
  /** The address has been told that its creator can't act any more. */
  toldNoSession: boolean;
}

/** One message for one webhook, until it has arrived or been given up. Dates in milliseconds. */
export interface Message {
  /** `id` of the body: the same at every attempt. */
  readonly id: string;
  readonly trigger: string;
  readonly webhook: Webhook;
  readonly body: string;
  readonly firstDueAt: number;
  attempts: number;
  dueAt: number;
}

/** One attempt to deliver a message. */
export interface Attempt {
  readonly at: number;
  readonly webhookId: string;
  readonly messageId: string;
  /** Another one at each attempt. */
  readonly deliveryId: string;
  readonly trigger: string;
  /** Counted from 1. */
  readonly number: number;
  /** 0 when no answer came in time. */
  readonly status: number;
  /** Box will not try again. */
  readonly last: boolean;
}
