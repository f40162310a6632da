import type { SandboxClock } from '../clock.ts';
import type { Decision, Need } from '../iam/authorize.ts';
import type { Role } from '../iam/identities.ts';
import type { Attempt, LogLine } from './attempt.ts';
import type { ContainerHost } from './function-version.ts';
import type { OrphanGuard } from './orphan-guard.ts';
import { ResourceWatch } from './resource-watch.ts';
import { Slots } from './slots.ts';

export interface LambdaOptions {
  /** Idle containers are frozen (SIGSTOP) until their next invocation, as on AWS; so it is if left out, but on Windows, which cannot. */
  readonly freeze?: boolean | undefined;
  /** Inits under way at the same time; 8 if left out. */
  readonly coldStarts?: number | undefined;
  /** MiB that a container may use above its function's memory; 64 if left out. */
  readonly memorySlackMiB?: number | undefined;
}

export interface LambdaHost {
  readonly region: string;
  readonly accountId: string;
  readonly clock: SandboxClock;
  /** The proxy's. */
  readonly endpoint: string;
  /** Set for every function on top of its own variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  queueUrl(queueName: string): string;
  /** Decides and writes into the journal. */
  ask(role: Role, needs: readonly Need[]): Decision;
  onLog(line: LogLine): void;
  onAttempt(functionName: string, attempt: Attempt): void;
  /** A caller who waits was turned away: as many invocations as are reserved are under way. */
  onThrottled(functionName: string): void;
  /** A record of an asynchronous invocation reached no destination. */
  onUndelivered(functionName: string): void;
}

/** @param tails get the lines of the requests whose ids they stand under */
export function containerHost(
  host: LambdaHost,
  { freeze = process.platform !== 'win32', coldStarts = 8, memorySlackMiB = 64 }: LambdaOptions,
  tails: ReadonlyMap<string, string[]>,
  guard: OrphanGuard,
): ContainerHost {
  return {
    region: host.region,
    environment: { AWS_ENDPOINT_URL: host.endpoint, ...host.environment },
    now: host.clock.now,
    ownsClock: host.clock.isOwned,
    folder: host.folder,
    memorySlackMiB,
    freezes: freeze,
    guard,
    inits: new Slots(coldStarts),
    watch: new ResourceWatch(),
    onLog: (line) => {
      tails.get(line.requestId ?? '')?.push(line.text);
      host.onLog(line);
    },
  };
}
