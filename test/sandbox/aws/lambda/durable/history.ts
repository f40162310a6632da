import type { Operation } from './operation.ts';

/** One entry of an execution's history (AWS doc: GetDurableExecutionHistory), its times in milliseconds since 1970. */
export type HistoryEvent = Readonly<Record<string, unknown>>;

/** What happened to an execution, in order. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param details are filed under the name that the type of event asks for */
  add(type: string, operation: Operation | undefined, details: Readonly<Record<string, unknown>>): void {
    this.events.push({
      EventId: this.events.length + 1,
      EventType: type,
      EventTimestamp: this.#now(),
      Id: operation?.Id,
      ParentId: operation?.ParentId,
      Name: operation?.Name,
      SubType: operation?.SubType,
      [`${type}Details`]: details,
    });
  }
}

/** How histories speak of an operation's type: `StepStarted`, `ChainedInvokeFailed`. */
export const eventPrefix = {
  EXECUTION: 'Execution',
  STEP: 'Step',
  WAIT: 'Wait',
  CALLBACK: 'Callback',
  CHAINED_INVOKE: 'ChainedInvoke',
  CONTEXT: 'Context',
} as const;

export const eventSuffix = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', TIMED_OUT: 'TimedOut', STOPPED: 'Stopped' } as const;
