import * as z from 'zod/mini';
import { NightporterError } from '../errors.ts';
import { type Capability, capabilities } from './capability.ts';
import type { JobContext, RunCounts } from './job-context.ts';
import type { ManagerName } from './manager.ts';
import { everyApp } from './scheduled-job.ts';
import type { OneSubject, Setting } from './subject.ts';
import { fitsTarget, type KnownTrigger, noticesOfBox, type Source, type Sources, type Trigger } from './trigger.ts';

/** The item whose events are wanted; a folder stands for everything below it. Not the root folder: Box takes no webhook there. */
export interface WebhookTarget {
  readonly type: 'file' | 'folder';
  /** Box id, or the setting that holds it; a setting may hold several ids with commas between. */
  readonly id: string | Setting;
}

/** Events of a folder and of everything below it. */
export function folder(id: string | Setting): WebhookTarget {
  return { type: 'folder', id };
}

/** Events of one file. */
export function file(id: string | Setting): WebhookTarget {
  return { type: 'file', id };
}

/** `report`: say what would be done. `enforce`: do it. */
export type Mode = 'report' | 'enforce';

/** What Box sends, as Box writes it. Every field that is not named here passes through. developer.box.com/reference/resources/webhook-invocation */
export interface EventOf<T extends string, S extends Source | null | undefined> {
  readonly type: 'webhook_event';
  /** The same for every delivery of this event by Box; another one where it comes from the enterprise's events: see `delivery.marker`. */
  readonly id: string;
  /** RFC 3339. */
  readonly created_at: string;
  readonly trigger: T;
  readonly webhook: { readonly id: string };
  /** Who did it. */
  readonly created_by?: Source | null;
  readonly source: S;
  readonly additional_info?: unknown;
  readonly [field: string]: unknown;
}

/** The events of these triggers, told apart by `trigger`. */
export type WebhookEvent<T extends string = Trigger> = T extends KnownTrigger
  ? EventOf<T, Sources[T]>
  : EventOf<T, Source | null | undefined>;

/** How the event got here. */
export interface Delivery {
  /** Box's id of the delivery that was accepted; another one for each of Box's own retries. */
  readonly id: string;
  /** 1 for the first time that the handler sees this event. */
  readonly attempt: number;
  /** When Box sent it. */
  readonly sentAt: Date;
  /**
   * To leave behind on what people see, and to look for first. What happened has the same one however it is told: by Box, or later, from
   * the enterprise's events, where the webhook was deaf. Letters, digits, dots, dashes and underscores.
   */
  readonly marker: string;
}

/** What a handler is handed: what a job is handed, and the event. */
export type WebhookContext<
  T extends string,
  M extends ManagerName,
  C extends Capability,
  P,
  D extends Mode | undefined = Mode,
> = JobContext<M, C, P> & { readonly event: WebhookEvent<T>; readonly delivery: Delivery } & ([D] extends [Mode]
    ? { readonly mode: Mode }
    : unknown);

/** What a webhook file's default export says. Everything but `handle` is read when the stacks are made. */
export interface WebhookDeclaration<
  T extends string,
  M extends ManagerName,
  C extends Capability,
  S extends z.ZodMiniType,
  D extends Mode | undefined,
> {
  /** What it means for the business when events are not handled; goes into the alarm's text. */
  readonly impact: string;
  readonly triggers: readonly [T, ...T[]];
  readonly target: WebhookTarget;
  /** Which Box app, so which secret and which signing keys: a name under `stages.<name>.apps`; `default` if left out. */
  readonly app?: string;
  /** Whose webhook it is, and as whom the handler works; must see the target. */
  readonly runAs: OneSubject;
  readonly box?: readonly M[];
  readonly uses?: readonly C[];
  /** Schema of what a stage may set under `webhooks.<name>.params`; unknown keys are refused. */
  readonly params?: S;
  readonly settings?: readonly string[];
  /** For a handler that changes things in Box: what it does until the stage sets another mode. Left out, it has none. */
  readonly mode?: D;
  /** 512 if left out. */
  readonly memoryMiB?: number;
  /** Of one event; 1 to 14, 5 if left out. */
  readonly timeoutMinutes?: number;
  /** Containers at a time, 2 to 1000; 5 if left out. Box allows 1,000 calls a minute and user. */
  readonly concurrency?: number;
  /**
   * Called at least once for each event, in no order: read the item again, act on what it is now, and look for what an earlier call left.
   * What it throws is tried again, after the time that Box asked for.
   */
  handle(context: WebhookContext<NoInfer<T>, M, C, z.infer<S>, D>): Promise<RunCounts | undefined>;
}

/** A declaration with its defaults filled in. */
export interface Webhook<M extends ManagerName = ManagerName, C extends Capability = Capability, P = unknown> {
  readonly kind: 'webhook';
  readonly impact: string;
  readonly triggers: readonly string[];
  readonly target: WebhookTarget;
  readonly app: string;
  readonly runAs: OneSubject;
  readonly box: readonly M[];
  readonly uses: readonly C[];
  readonly params: z.ZodMiniType<P>;
  readonly settings: readonly string[];
  readonly mode: Mode | undefined;
  readonly memoryMiB: number;
  readonly timeoutMinutes: number;
  readonly concurrency: number;
  handle(context: WebhookContext<string, M, C, P>): Promise<RunCounts | undefined>;
}

const defaults = {
  app: 'default',
  box: [],
  uses: [],
  settings: [],
  mode: undefined,
  memoryMiB: 512,
  timeoutMinutes: 5,
  concurrency: 5,
};

const known = new Set(['impact', 'triggers', 'target', 'runAs', 'params', 'handle', ...Object.keys(defaults)]);

/**
 * Declares a webhook: what Box is asked to tell, and what is done about it.
 * @throws NightporterError `DECLARATION_INVALID` for an unknown key or capability, a trigger that the target never has, or a missing part.
 */
export function webhook<
  const T extends Trigger,
  const M extends ManagerName = never,
  const C extends Capability = never,
  S extends z.ZodMiniType = z.ZodMiniObject,
  const D extends Mode | undefined = undefined,
>(declaration: WebhookDeclaration<T, M, C, S, D>): Webhook<M, C, z.infer<S>> {
  const mistake = mistakeIn(declaration);
  if (mistake !== undefined) throw new NightporterError('DECLARATION_INVALID', mistake);
  const params = declaration.params ?? z.strictObject({});
  return Object.freeze({ ...defaults, ...declaration, params, kind: 'webhook' as const }) as unknown as Webhook<M, C, z.infer<S>>;
}

type Anything = Partial<Pick<Webhook, 'impact' | 'triggers' | 'target' | 'app' | 'runAs' | 'uses' | 'mode'>> & {
  readonly handle?: unknown;
};

function mistakeIn(declaration: Anything): string | undefined {
  const { impact, triggers = [], target, app, runAs, uses = [], mode, handle } = declaration;
  const unknown = Object.keys(declaration).find((key) => !known.has(key));
  if (unknown !== undefined) return `Remove or correct "${unknown}": a webhook has no such key.`;
  if (!impact?.trim()) return 'Say in "impact" what it means for the business when events are not handled.';
  if (triggers.length === 0 || !target || !runAs || !handle) return 'A webhook needs triggers, target, runAs and handle.';
  const notice = triggers.find((trigger) => noticesOfBox.some((name) => name === trigger));
  if (notice !== undefined) return `Remove the trigger "${notice}": Box sends it to every webhook, and Nightporter answers it.`;
  const misfit = triggers.find((trigger) => !fitsTarget(trigger, target.type));
  if (misfit !== undefined) return `Use a folder as the target, or remove "${misfit}": it never befalls a file.`;
  if (app === everyApp) return 'Name one Box app: a webhook belongs to one.';
  if (mode !== undefined && mode !== 'report' && mode !== 'enforce') return 'Use "report" or "enforce" as the mode.';
  const capability = uses.find((name) => !capabilities.includes(name));
  return capability === undefined ? undefined : `Remove or correct "${capability}": the capabilities are ${capabilities.join(', ')}.`;
}
