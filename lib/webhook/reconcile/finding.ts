import type { WebhookFinding } from '../../declare/capability.ts';
import type { BoxWebhooks } from './box-webhooks.ts';
import type { Notes } from './note.ts';
import type { Target } from './wanted.ts';

/** What a step works with. */
export interface StepParts {
  readonly box: BoxWebhooks;
  readonly notes: Notes;
  readonly now: () => number;
}

/** What was done for one item, as the job that sees to webhooks is told. */
export interface Finding extends Omit<WebhookFinding, 'item'> {
  readonly target: Target;
}
