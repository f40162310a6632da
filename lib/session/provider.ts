import type { Run } from '../declare/job-context.ts';
import type { CallBudgets } from '../run/call-budgets.ts';
import type { TokenSource } from '../token/token-source.ts';

/** One of a capability's implementations: made ready in init, opened once for each invocation. */
export interface CapabilityProvider {
  /** Reads the environment and makes clients; loads nothing later. */
  prepare(setup: Setup): Promise<Opener>;
}

export interface Setup {
  readonly tokens: TokenSource;
  /** Whose limits its calls count against; left out where it makes none. */
  readonly budgets?: CallBudgets | undefined;
}

export interface Invocation {
  readonly run: Run;
  readonly signal: AbortSignal;
  /** Time left before `signal` aborts, in ms. */
  readonly remainingMs: () => number;
}

export type Opener = (invocation: Invocation) => Opened;

export interface Opened {
  /** What the job's context gains. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** The run has ended, however it did: leave nothing half-done behind. */
  close?(): Promise<void>;
}
