import { noticesOfBox } from '../../declare/trigger.ts';
import type { PipelineLog } from '../../observe/log.ts';
import type { ReceivedEvent } from '../../webhook/event.ts';

const answers: Readonly<Record<(typeof noticesOfBox)[number], { readonly metric: string; readonly message: string }>> = {
  'WEBHOOK.DELETED': {
    metric: 'WebhookDeleted',
    message: 'Box has removed the webhook: nothing more will be heard of its item until it is made again.',
  },
  NO_ACTIVE_SESSION: {
    metric: 'WebhookWithoutSession',
    message: 'Box can tell nothing more: who made the webhook is inactive, or the app is not authorized any more.',
  },
};

/** What Box says about the webhook itself is for the operator, and no handler's business. @returns whether it was that */
export function answerNotice({ trigger, webhook }: ReceivedEvent, log: PipelineLog): boolean {
  const notice = noticesOfBox.find((name) => name === trigger);
  if (notice === undefined) return false;
  const { metric, message } = answers[notice];
  log.error(message, { webhook: webhook.id });
  log.metric(metric, 1);
  return true;
}
