import { CallBudget } from '../box/call-gate.ts';
import { resolveEndpoints } from '../box/endpoints.ts';
import { pages } from '../box/pages.ts';
import { PatientGate } from '../box/patience.ts';
import type { Capability } from '../declare/capability.ts';
import type { PlainJob } from '../declare/job.ts';
import type { JobContext } from '../declare/job-context.ts';
import type { ManagerName } from '../declare/manager.ts';
import { environment, optional } from '../env.ts';
import type { PipelineLog } from '../observe/log.ts';
import type { CallBudgets } from '../run/call-budgets.ts';
import { type ManagerClass, openManagers } from './box.ts';
import { endSession } from './end-session.ts';
import type { CapabilityProvider, Invocation } from './provider.ts';
import { fromMemory, rehearse } from './rehearse.ts';
import { identityOf, ownerOf, readParams, readSettings } from './settings.ts';
import { noTokens, openTokens } from './tokens.ts';

/** What a function's entry imports for its job: the declared managers and capabilities, and nothing else. */
export interface Parts {
  readonly managers: Readonly<Record<string, ManagerClass>>;
  readonly capabilities: readonly CapabilityProvider[];
}

export type AnyContext = JobContext<ManagerName, Capability, unknown>;

/** How much a container's sessions may call. */
export interface Calls {
  readonly budgets: CallBudgets;
  /** The longest wait that Box asks for and is worth the invocation, in ms; whatever is left of it, if left out. */
  readonly longestWaitMs?: number;
}

/** What a container keeps between invocations. */
export interface SessionFactory {
  /** Looks up how long Box wants no calls of the service account, where the job calls as that; never rejects, and nobody has to wait for it. */
  look(signal?: AbortSignal): Promise<void> | undefined;
  /** Opens the connection to Box, gets the token that the first call will need, and compiles what that call goes through. */
  warm(signal: AbortSignal): Promise<void>;
  /**
   * @param invocation `params`: what this one run is given instead of what the stage sets
   * @throws NightporterError `PARAMS_INVALID`
   */
  open(invocation: Invocation & { readonly log: PipelineLog; readonly params?: Readonly<Record<string, unknown>> }): Session;
}

/** One invocation's. */
export interface Session {
  readonly context: AnyContext;
  /** The run has ended, however it did: leave nothing half-done behind. */
  close(): Promise<void>;
}

/** What a session is made for: a plain job or a webhook. */
export type Declared = Pick<PlainJob, 'runAs' | 'box' | 'uses' | 'params'>;

/** Reads the environment once. @throws NightporterError for whatever is wrong with it */
export async function createSessions(
  job: Declared,
  { managers, capabilities }: Parts,
  log: PipelineLog,
  { budgets, longestWaitMs = Number.POSITIVE_INFINITY }: Calls,
): Promise<SessionFactory> {
  const endpoints = resolveEndpoints(optional(environment.boxEndpointUrl));
  const settings = readSettings();
  const params = readParams(job);
  const identity = identityOf(job.runAs, settings);
  const callsBox = job.box.length > 0 || job.uses.includes('grant:fresh');
  const tokens = callsBox ? await openTokens(endpoints.apiUrl, log) : noTokens;
  const openers = await Promise.all(capabilities.map((capability) => capability.prepare({ tokens, budgets })));
  const owner = ownerOf(identity);
  return {
    look: (signal) => (callsBox && owner === 'enterprise' ? budgets.look(signal) : undefined),
    async warm(signal) {
      if (!callsBox) return;
      await tokens.get(identity.subject, { signal });
      // No time: nothing in a rehearsal is worth a wait. And nothing of it counts against a limit.
      const gate = new PatientGate(new CallBudget(), () => 0);
      const access = { endpoints, tokens, transport: fromMemory, gate, ...identity };
      await rehearse(openManagers(managers, access, { signal, remainingMs: () => 0 }));
      // No job has used a token yet.
      tokens.takeUsage();
    },
    open({ log, params: given, ...invocation }) {
      const opened = openers.map((open) => open(invocation));
      const waits = {
        ...invocation,
        longestWaitMs: () => Math.min(longestWaitMs, invocation.remainingMs()),
        onThrottled: () => log.count('BoxThrottled'),
      };
      const gate = new PatientGate(budgets.at(owner), waits.longestWaitMs);
      const context = {
        box: openManagers(managers, { endpoints, tokens, gate, ...identity }, waits),
        params: given && Object.keys(given).length > 0 ? readParams(job, given) : params,
        settings,
        pages,
        run: invocation.run,
        log,
        signal: invocation.signal,
      };
      return {
        context: Object.assign(context, ...opened.map(({ properties }) => properties)) as AnyContext,
        close() {
          const told = budgets.told();
          const ended = endSession(opened, tokens, log);
          return told === undefined ? ended : ended.finally(() => told);
        },
      };
    },
  };
}
