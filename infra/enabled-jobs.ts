import { everyApp, type Limits, type PlanMode, type Schedule, type ScheduledJob } from 'nightporter';
import type { DiscoveredJob } from './discover.ts';
import { scheduleOf } from './enabled-schedule.ts';
import { identitySettings } from './identity-settings.ts';
import { invalid } from './invalid.ts';
import { pascal } from './pascal.ts';
import { refuseSilence } from './refuse-silence.ts';
import { reasonAgainst } from './regions.ts';
import { type JobSettings, parse, type Stage, settingsMistake } from './settings.ts';

/** A job as this stage runs it: one function each. */
export interface EnabledJob {
  /** Construct id, and the job's name in logs, metrics and claims: the file name, plus the app where every app has a function. */
  readonly id: string;
  /** File name without its ending: which bundle it runs. */
  readonly name: string;
  readonly declaration: ScheduledJob;
  /** The Box app whose secret it reads; undefined for a job that never calls Box. */
  readonly app: string | undefined;
  readonly schedule: Schedule;
  /** As the stage sets them; the job's schema adds its defaults when it runs. */
  readonly params: Readonly<Record<string, unknown>>;
  /** How far a job that changes things may go; undefined for any other. */
  readonly mode?: PlanMode;
  /** The stage's own limits of its plans. */
  readonly limits?: Partial<Limits>;
  /** Shards at once, where the stage says it. */
  readonly shards?: number;
  /** Those of the stage's settings that the declaration names. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * What the stage turns on, checked against what the job files declare.
 * @param appsWithWebhooks Box apps of the webhooks that are on; none if left out
 * @throws NightporterError `SETTINGS_INVALID` or `DECLARATION_INVALID`.
 */
export function enabledJobs(
  stage: Stage,
  discovered: readonly DiscoveredJob[],
  appsWithWebhooks: readonly string[] = [],
): readonly EnabledJob[] {
  refuseUnknownJobs(stage, discovered);
  const chosen = discovered.filter((job) => isOn(job, stage, appsWithWebhooks));
  const appsInUse = usedApps(stage, chosen, appsWithWebhooks);
  const jobs = chosen.flatMap((job) => {
    checkLimits(job);
    const apps = seesToWebhooks(job.declaration) ? appsWithWebhooks : appsOf(job, appsInUse);
    return apps.map((app) => enable(job, app, stage));
  });
  refuseAlike(jobs, stage);
  refuseRegion(jobs, stage);
  return jobs;
}

/** Known before a deployment that AWS would refuse in its middle. */
function refuseRegion(jobs: readonly EnabledJob[], stage: Stage): void {
  const durable = jobs.find(({ declaration }) => declaration.shape !== 'plain');
  const reason = durable && reasonAgainst(['durable'], stage);
  if (reason !== undefined) throw settingsMistake(stage.name, ['region'], `${durable?.id} takes longer than one invocation, and ${reason}`);
}

/** Names of outputs hold letters and digits only; and a copy for an app is called as a file could be. */
function refuseAlike(jobs: readonly EnabledJob[], stage: Stage): void {
  for (const [index, { id, name }] of jobs.entries()) {
    const twin = jobs.slice(0, index).find((other) => pascal(other.id) === pascal(id));
    if (!twin) continue;
    throw settingsMistake(stage.name, ['jobs', name], `rename its file: "${id}" and "${twin.id}" of ${twin.name} can't be told apart`);
  }
}

/** Whether a job gets tokens, and so may read its app's secret. */
export function callsBox(declaration: Pick<ScheduledJob, 'box' | 'runAs' | 'uses'>): boolean {
  return declaration.box.length > 0 || declaration.runAs.kind === 'eachManagedUser' || declaration.uses.includes('grant:fresh');
}

function refuseUnknownJobs(stage: Stage, discovered: readonly DiscoveredJob[]): void {
  const known = discovered.map(({ name }) => name);
  const unknown = Object.keys(stage.jobs).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw settingsMistake(stage.name, ['jobs', unknown], `there is no such job; the job files are ${known.join(', ')}`);
}

/** Whether it is the job that makes and keeps the webhooks of an app; it is deployed with them. */
export function seesToWebhooks(declaration: Pick<ScheduledJob, 'uses'>): boolean {
  return declaration.uses.includes('webhooks:reconcile');
}

/** The watch for missing runs is not a choice: it is on as soon as there is a run to miss. Nor is who sees to webhooks, where there are some. */
function isOn({ name, declaration }: DiscoveredJob, stage: Stage, appsWithWebhooks: readonly string[]): boolean {
  if (seesToWebhooks(declaration)) return appsWithWebhooks.length > 0;
  const isWatch = declaration.uses.includes('runs:watch');
  return Object.hasOwn(stage.jobs, name) || (isWatch && (Object.keys(stage.jobs).length > 0 || appsWithWebhooks.length > 0));
}

/** Apps that a job names; all of the stage where only jobs for every app are on. */
function usedApps(stage: Stage, chosen: readonly DiscoveredJob[], appsWithWebhooks: readonly string[]): readonly string[] {
  const named = chosen.filter(({ declaration }) => callsBox(declaration) && declaration.app !== everyApp);
  for (const { name, declaration } of named) {
    if (Object.hasOwn(stage.apps, declaration.app)) continue;
    const reason = `the job ${name} uses the Box app "${declaration.app}", which is none of ${Object.keys(stage.apps).join(', ')}`;
    throw settingsMistake(stage.name, ['apps'], reason);
  }
  const apps = new Set([...named.map(({ declaration }) => declaration.app), ...appsWithWebhooks]);
  return Object.keys(stage.apps).filter((app) => apps.size === 0 || apps.has(app));
}

function appsOf({ declaration }: DiscoveredJob, appsInUse: readonly string[]): readonly (string | undefined)[] {
  if (!callsBox(declaration)) return [undefined];
  return declaration.app === everyApp ? appsInUse : [declaration.app];
}

function enable(job: DiscoveredJob, app: string | undefined, stage: Stage): EnabledJob {
  const { name, declaration } = job;
  const set = stage.jobs[name] ?? {};
  const params = set.params ?? {};
  parse(declaration.params, params, stage.name, ['jobs', name, 'params']);
  if (declaration.shape !== 'changing' || set.mode === 'approve' || set.mode === 'enforce')
    refuseSilence(declaration.uses, stage, `the job ${name}`);
  const isCopy = declaration.app === everyApp && app !== undefined && app !== 'default';
  return {
    id: isCopy ? `${name}-${app}` : name,
    name,
    declaration,
    app,
    schedule: scheduleOf(job, set, stage.name),
    params,
    settings: settingsOf(declaration, stage, name),
    ...changesOf(declaration, set, stage.name, name),
    ...(set.shards !== undefined && { shards: shardsOf(set.shards, declaration, stage.name, name) }),
  };
}

function settingsOf({ settings, runAs }: ScheduledJob, stage: Stage, name: string): Readonly<Record<string, string>> {
  const names = new Set([...settings, ...identitySettings(runAs, `the job ${name}`, stage)]);
  return Object.fromEntries(Object.entries(stage.settings).filter(([key]) => names.has(key)));
}

function changesOf(
  declaration: ScheduledJob,
  { mode, limits }: JobSettings,
  stageName: string,
  name: string,
): Pick<EnabledJob, 'mode' | 'limits'> {
  if (declaration.shape !== 'changing') {
    const key = mode === undefined ? (limits === undefined ? undefined : 'limits') : 'mode';
    if (key === undefined) return {};
    throw settingsMistake(stageName, ['jobs', name, key], 'only a job that changes things has it');
  }
  if (mode !== undefined && !declaration.modes.includes(mode)) {
    throw settingsMistake(stageName, ['jobs', name, 'mode'], `the job allows ${declaration.modes.join(', ')}`);
  }
  return { mode: mode ?? 'report', ...(limits && { limits: limits as Partial<Limits> }) };
}

function shardsOf(shards: number, { runAs }: ScheduledJob, stageName: string, name: string): number {
  if (runAs.kind === 'eachManagedUser') return shards;
  throw settingsMistake(stageName, ['jobs', name, 'shards'], 'only a job that runs as each managed user has shards');
}

/** What AWS would refuse in the middle of a deployment. */
function checkLimits({ name, declaration }: DiscoveredJob): void {
  const { timeoutMinutes, memoryMiB, windowMinutes, impact } = declaration;
  if (!isWithin(timeoutMinutes, 1, 15)) throw invalid(name, 'timeoutMinutes must be a whole number from 1 to 15');
  if (!isWithin(memoryMiB, 128, 10_240)) throw invalid(name, 'memoryMiB must be a whole number from 128 to 10240');
  if (!isWithin(windowMinutes, 0, 1440)) throw invalid(name, 'windowMinutes must be a whole number from 0 to 1440');
  // An alarm's text holds 1,024 characters, and what to do must fit as well.
  if (impact.length > 400) throw invalid(name, 'say the impact in at most 400 characters');
}

/** Whole numbers only. */
export function isWithin(value: number, minimum: number, maximum: number): boolean {
  return Number.isInteger(value) && value >= minimum && value <= maximum;
}
