import type { BoxWebhooks } from './box-webhooks.ts';
import type { Notes } from './note.ts';
import type { Target } from './wanted.ts';

/** What a step works with. */
export interface StepParts {
  readonly box: BoxWebhooks;
  readonly notes: Notes;
  readonly now: () => number;
}

/** What was done for one item. */
export interface Finding {
  readonly target: Target;
  /**
   * `recreated`: it was ours and gone. `corrected`: somebody had changed it. `updated`: a deployment wants something else of it. `left`: it
   * stays, and is no more ours to change.
   */
  readonly did: 'kept' | 'created' | 'recreated' | 'corrected' | 'updated' | 'adopted' | 'deleted' | 'left' | 'nothing';
  readonly webhook?: string | undefined;
  /** Why nothing was done, and what to do: one sentence. */
  readonly problem?: string | undefined;
}
