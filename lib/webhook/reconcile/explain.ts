import { BoxRequestFailed, lowered } from '../../box/box-error.ts';
import { NightporterError } from '../../errors.ts';
import type { Refusal } from './plan.ts';
import type { Owner, Target, Wanted } from './wanted.ts';

/** Why a webhook can't be, and what to do: one sentence, ids only. */
export function explainRefusal({ name, target }: Wanted, why: Refusal): string {
  switch (why.kind) {
    case 'rootFolder':
      return `Give ${name} a folder below the root folder: Box takes no webhook on folder 0.`;
    case 'taken':
      return `Give ${name} another target than ${place(target)}: ${why.by} has it, and Box takes one webhook for an item, app and user.`;
    case 'foreign':
      return `Delete webhook ${why.id} on ${place(target)} or list it under "adopt": it is not ours, and Box takes one webhook for an item, app and user.`;
  }
}

/** What Box refused for one item, and what to do. */
export function explainFailure(target: Target, error: unknown): string {
  if (!(error instanceof BoxRequestFailed))
    return `Wait for the next round to see to the webhook on ${place(target)}: ${lowered(sentenceOf(error))}`;
  const { status } = error;
  const said = answerOf(error);
  if (status === 403)
    return `Enable the scope "Manage webhooks", authorize the app again, and let its user see ${place(target)} (${said}).`;
  if (status === 404)
    return `Correct the target ${place(target)}, or invite the webhook's user to it: it does not exist, or that user can't see it (${said}).`;
  if (status === 409)
    return `Look for a webhook of this app on ${place(target)}: Box takes one for an item, app and user, and there is another (${said}).`;
  if (status === 400) return `Correct the triggers for ${place(target)}: Box does not take this webhook (${said}).`;
  return `Wait for the next round to see to the webhook on ${place(target)} (${said}).`;
}

/** Why what an owner's webhooks missed could not be caught up with, and what to do. */
export function explainDeafness(owner: Owner, error: unknown): string {
  const whose = owner.type === 'enterprise' ? 'the service account' : `user ${owner.id}`;
  const what = `what webhooks of ${whose} missed`;
  if (!(error instanceof BoxRequestFailed)) return `Wait for the next round to catch up with ${what}: ${lowered(sentenceOf(error))}`;
  const said = answerOf(error);
  if (error.status === 403)
    return `Enable the scope "Manage enterprise properties" and authorize the app again: ${what} can't be read from Box's events (${said}).`;
  return `Wait for the next round to catch up with ${what} (${said}).`;
}

export function place({ type, id }: Target): string {
  return `${type} ${id}`;
}

function sentenceOf(error: unknown): string {
  if (error instanceof NightporterError) return error.message;
  return `A ${error instanceof Error ? error.name : typeof error} came instead of an answer.`;
}

function answerOf({ status, boxCode, requestId }: BoxRequestFailed): string {
  return `Box answered ${[status, boxCode].filter(Boolean).join(' ')}${requestId ? `, request id ${requestId}` : ''}`;
}
