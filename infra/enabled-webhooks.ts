import type { Mode, Webhook } from 'nightporter';
import type { DiscoveredWebhook } from './discover.ts';
import { type EnabledJob, isWithin } from './enabled-jobs.ts';
import { identitySettings } from './identity-settings.ts';
import { invalid } from './invalid.ts';
import { pascal } from './pascal.ts';
import { refuseSilence } from './refuse-silence.ts';
import { type Ingress, parse, type Stage, settingsMistake } from './settings.ts';

/** A webhook as this stage answers it. */
export interface EnabledWebhook {
  /** Construct id, and its name in logs and metrics: the file name without its ending. */
  readonly id: string;
  readonly declaration: Webhook;
  /** The Box app that owns it. */
  readonly app: string;
  /** The items in Box, each with a webhook of its own that has the same triggers and address. */
  readonly targets: readonly { readonly type: 'file' | 'folder'; readonly id: string }[];
  /** Webhooks of others on these items that are to be used. */
  readonly adopt: readonly string[];
  readonly ingress: Ingress;
  /** Undefined for a handler that declares none. */
  readonly mode: Mode | undefined;
  /** As the stage sets them; the webhook's schema adds its defaults when it runs. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Those of the stage's settings that the declaration names, the target's and the user's among them. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Box apps of the webhooks that the stage turns on. */
export function appsWithWebhooks(stage: Stage, discovered: readonly DiscoveredWebhook[]): readonly string[] {
  const on = discovered.filter(({ name }) => Object.hasOwn(stage.webhooks, name));
  return [...new Set(on.map(({ declaration }) => declaration.app))].filter((app) => Object.hasOwn(stage.apps, app));
}

/**
 * What the stage turns on, checked against what the webhook files declare.
 * @throws NightporterError `SETTINGS_INVALID` or `DECLARATION_INVALID`.
 */
export function enabledWebhooks(
  stage: Stage,
  discovered: readonly DiscoveredWebhook[],
  jobs: readonly EnabledJob[] = [],
): readonly EnabledWebhook[] {
  const names = discovered.map(({ name }) => name);
  const unknown = Object.keys(stage.webhooks).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw settingsMistake(stage.name, ['webhooks', unknown], `there is no such webhook; the webhook files are ${names.join(', ')}`);
  }
  const enabled = discovered.filter(({ name }) => Object.hasOwn(stage.webhooks, name)).map((webhook) => enable(webhook, stage));
  refuseAlike(enabled, jobs, stage);
  refuseSameTarget(enabled, stage);
  return enabled;
}

function enable({ name, declaration }: DiscoveredWebhook, stage: Stage): EnabledWebhook {
  checkLimits(name, declaration);
  const { app } = declaration;
  if (!Object.hasOwn(stage.apps, app)) {
    const reason = `the webhook ${name} uses the Box app "${app}", which is none of ${Object.keys(stage.apps).join(', ')}`;
    throw settingsMistake(stage.name, ['apps'], reason);
  }
  const { params = {}, mode, adopt = [] } = stage.webhooks[name] ?? {};
  parse(declaration.params, params, stage.name, ['webhooks', name, 'params']);
  if (mode !== undefined && declaration.mode === undefined) {
    throw settingsMistake(stage.name, ['webhooks', name, 'mode'], 'remove it: this webhook has no modes');
  }
  const inForce = mode ?? declaration.mode;
  if (inForce !== 'report') refuseSilence(declaration.uses, stage, `the webhook ${name}`);
  const settings = settingsOf(name, declaration, stage);
  const targets = targetsOf(name, declaration, settings, stage);
  return { id: name, declaration, app, targets, adopt, ingress: stage.ingress, mode: inForce, params, settings };
}

function settingsOf(name: string, { runAs, target, settings }: Webhook, stage: Stage): Readonly<Record<string, string>> {
  const held = typeof target.id === 'string' ? [] : [target.id.setting];
  const missing = held.find((key) => !Object.hasOwn(stage.settings, key));
  if (missing !== undefined) {
    throw settingsMistake(stage.name, ['settings', missing], `the webhook ${name} needs the id that this setting holds, and it is missing`);
  }
  const wanted = new Set([...settings, ...held, ...identitySettings(runAs, `the webhook ${name}`, stage)]);
  return Object.fromEntries(Object.entries(stage.settings).filter(([key]) => wanted.has(key)));
}

function targetsOf(
  name: string,
  { target: { type, id } }: Webhook,
  settings: Readonly<Record<string, string>>,
  stage: Stage,
): EnabledWebhook['targets'] {
  const text = typeof id === 'string' ? id : (settings[id.setting] ?? '');
  const ids = [...new Set(text.split(',').map((part) => part.trim()))];
  const refuse = (reason: string) =>
    typeof id === 'string' ? invalid(name, reason) : settingsMistake(stage.name, ['settings', id.setting], reason);
  const wrong = ids.find((each) => !/^\d{1,20}$/.test(each));
  if (wrong !== undefined) throw refuse(`the webhook ${name} needs the Box id of a ${type}, or several with commas between`);
  if (type === 'folder' && ids.some((each) => Number(each) === 0)) {
    throw refuse(`name another folder for the webhook ${name}: Box takes no webhook on the root folder, which is 0`);
  }
  return ids.map((each) => ({ type, id: each }));
}

/** Box takes one webhook for each item, app and user. */
function refuseSameTarget(webhooks: readonly EnabledWebhook[], stage: Stage): void {
  const owners = new Map<string, string>();
  for (const { id, app, declaration, targets, settings } of webhooks) {
    const { runAs } = declaration;
    const user = runAs.kind === 'serviceAccount' ? '' : typeof runAs.user === 'string' ? runAs.user : settings[runAs.user.setting];
    for (const target of targets) {
      const key = [app, user, target.type, target.id].join(' ');
      const other = owners.get(key);
      if (other !== undefined) {
        const reason = `${other} is on the ${target.type} ${target.id} too, and Box takes one webhook for each item, app and user`;
        throw settingsMistake(stage.name, ['webhooks', id], reason);
      }
      owners.set(key, id);
    }
  }
}

/** Names of outputs hold letters and digits only. */
function refuseAlike(webhooks: readonly EnabledWebhook[], jobs: readonly EnabledJob[], stage: Stage): void {
  const taken = new Map(jobs.map(({ id }) => [pascal(id), id]));
  for (const { id } of webhooks) {
    const twin = taken.get(pascal(id));
    if (twin !== undefined)
      throw settingsMistake(stage.name, ['webhooks', id], `rename its file: "${id}" and "${twin}" can't be told apart`);
    taken.set(pascal(id), id);
  }
}

/** What AWS would refuse in the middle of a deployment. */
function checkLimits(name: string, { timeoutMinutes, memoryMiB, concurrency, impact }: Webhook): void {
  // One minute of Lambda's fifteen is kept for what follows the handler.
  if (!isWithin(timeoutMinutes, 1, 14)) throw invalid(name, 'timeoutMinutes must be a whole number from 1 to 14');
  if (!isWithin(memoryMiB, 128, 10_240)) throw invalid(name, 'memoryMiB must be a whole number from 128 to 10240');
  if (!isWithin(concurrency, 2, 1000)) throw invalid(name, 'concurrency must be a whole number from 2 to 1000');
  // An alarm's text holds 1,024 characters, and what to do must fit as well.
  if (impact.length > 400) throw invalid(name, 'say the impact in at most 400 characters');
}
