import type { CallGate } from '../box/call-gate.ts';
import { resolveEndpoints } from '../box/endpoints.ts';
import { pages } from '../box/pages.ts';
import type { DurableJob } from '../declare/job.ts';
import type { OneSubject, RunAs } from '../declare/subject.ts';
import { environment, optional } from '../env.ts';
import type { PipelineLog } from '../observe/log.ts';
import { GrantRefused } from '../token/diagnosis.ts';
import type { Subject } from '../token/subject.ts';
import type { GrantTime, TokenSource } from '../token/token-source.ts';
import { openManagers } from './box.ts';
import { type BoxReader, boxReader } from './box-reader.ts';
import { endSession } from './end-session.ts';
import type { Invocation } from './provider.ts';
import type { Parts } from './session.ts';
import { type Identity, identityOf, ownerOf, readParams, readSettings, type Settings } from './settings.ts';
import { noTokens, openTokens } from './tokens.ts';

export interface StepSetup extends Invocation {
  readonly log: PipelineLog;
  /** Whom this step is for; undefined where the declaration says it. */
  readonly user: string | undefined;
  readonly gate: CallGate;
  /** What this one run is given instead of what the stage sets. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

export interface StepSession {
  /** What the job is handed, but for what belongs to steps alone. */
  readonly context: object;
  close(): Promise<void>;
}

/** What a container of a durable function keeps between steps: one token for each user, connections, the job's params. */
export interface StepSessions {
  /** @throws NightporterError `PARAMS_INVALID` */
  paramsOf(given: Readonly<Record<string, unknown>> | undefined): unknown;
  readonly settings: Settings;
  open(setup: StepSetup): StepSession;
  /** Box as the service account sees it: for rosters. */
  reader(setup: Omit<StepSetup, 'user' | 'run' | 'log' | 'params'>): BoxReader;
  /** Whether Box refuses the app itself, and not only one of its users. */
  isAppRefused(user: string | undefined, time: GrantTime): Promise<boolean>;
  /** Whose limit the calls of such a user count against. */
  budgetOf(user: string | undefined): string;
  warm(signal: AbortSignal): Promise<void>;
}

/** A grant that the app got so lately, in ms, is not asked for again. */
const grantedLatelyMs = 5_000;

/** Reads the environment once. @throws NightporterError for whatever is wrong with it */
export async function createStepSessions(job: DurableJob, { managers, capabilities }: Parts, log: PipelineLog): Promise<StepSessions> {
  const endpoints = resolveEndpoints(optional(environment.boxEndpointUrl));
  const settings = readSettings();
  const params = readParams(job);
  const tokens = job.box.length > 0 || job.runAs.kind === 'eachManagedUser' ? await openTokens(endpoints.apiUrl, log) : noTokens;
  // Rows of a job in steps go through the steps; the capability's grant is what it needs.
  const openers = await Promise.all(capabilities.map((capability) => capability.prepare({ tokens })));
  const identity = (user: string | undefined): Identity => identityFor(job.runAs, user, settings);
  const paramsOf = (given: Readonly<Record<string, unknown>> = {}): unknown =>
    Object.keys(given).length > 0 ? readParams(job, given) : params;
  const appGrants = grantsOf(tokens, { type: 'enterprise' });

  return {
    paramsOf,
    settings,
    open({ log, user, gate, params: given, ...invocation }) {
      const opened = openers.map((open) => open(invocation));
      const { run, signal } = invocation;
      const onThrottled = (): void => log.count('BoxThrottled');
      const box = openManagers(managers, { endpoints, tokens, gate, ...identity(user) }, { ...invocation, onThrottled });
      const context = { box, params: paramsOf(given), settings, pages, run, log, signal };
      return {
        context: Object.assign(context, ...opened.map(({ properties }) => properties)),
        close: () => endSession(opened, tokens, log),
      };
    },
    reader: (setup) => boxReader({ endpoints, tokens, ...setup, onThrottled: () => log.count('BoxThrottled') }),
    async isAppRefused(user, time) {
      if (!(await appGrants.since(Date.now() - grantedLatelyMs, time))) return true;
      if (user === undefined) return false;
      const askedAt = Date.now();
      if (!(await isRefused(tokens, identity(user).subject, time))) return true;
      // The credentials may have been reset since the app was granted something: only between two grants of the app a refusal is the user's own.
      return !(await appGrants.since(askedAt, time));
    },
    budgetOf: (user) => ownerOf(identity(user)),
    async warm(signal) {
      if (tokens !== noTokens) await tokens.get({ type: 'enterprise' }, { signal });
    },
  };
}

function isRefused(tokens: TokenSource, subject: Subject, time: GrantTime): Promise<boolean> {
  return tokens.mint(subject, time).then(
    () => false,
    (error) => error instanceof GrantRefused,
  );
}

/** Whether a subject is granted tokens, asked for once by all who want to know at the same time. */
function grantsOf(tokens: TokenSource, subject: Subject) {
  let last: { readonly at: number; readonly granted: Promise<boolean> } | undefined;
  return {
    /** @param at in ms since the epoch: a grant that was asked for before tells nothing; whatever is no grant is not remembered */
    since(at: number, time: GrantTime): Promise<boolean> {
      if (last && last.at >= at) return last.granted;
      const granted = tokens.mint(subject, time).then(
        () => true,
        () => {
          last = undefined;
          return false;
        },
      );
      last = { at: Date.now(), granted };
      return granted;
    },
  };
}

function identityFor(runAs: RunAs, user: string | undefined, settings: Settings): Identity {
  if (runAs.kind !== 'eachManagedUser') return identityOf(runAs satisfies OneSubject, settings);
  const id = user ?? '';
  return runAs.through === 'as-user' ? { subject: { type: 'enterprise' }, asUser: id } : { subject: { type: 'user', id } };
}
