import { readdirSync } from 'node:fs';
import { basename, extname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ScheduledJob, Webhook } from 'nightporter';
import { checkDeclaration } from './check-declaration.ts';
import { invalid } from './invalid.ts';

/** A job file: the file name is its name in settings, logs, metrics and construct ids. */
export interface DiscoveredJob {
  readonly name: string;
  readonly file: string;
  readonly declaration: ScheduledJob;
}

/** A webhook file, likewise. */
export interface DiscoveredWebhook {
  readonly name: string;
  readonly file: string;
  readonly declaration: Webhook;
}

/** Which function makes what a file of the folder exports; its name is the declaration's kind. */
const declarations = {
  'functions/scheduled': 'scheduledJob',
  'functions/system': 'scheduledJob',
  'functions/webhooks': 'webhook',
} as const;

type Folder = keyof typeof declarations;

/**
 * Imports every job file under `root`; adding a file there is all it takes to add a job.
 * @param ours where the system jobs of Nightporter are, for an app that has it installed
 * @throws NightporterError `DECLARATION_INVALID` with the file's name.
 */
export async function discover(root: string, ours = root): Promise<readonly DiscoveredJob[]> {
  // First, so that of two files with one name it is the company's that is to be renamed.
  const system = await declared<ScheduledJob>(ours, ['functions/system']);
  const folders: readonly Folder[] =
    resolve(ours) === resolve(root) ? ['functions/scheduled'] : ['functions/scheduled', 'functions/system'];
  return [...(await declared<ScheduledJob>(root, folders, system)), ...system];
}

/** Every webhook file, in the same way. @param jobs whose names are taken. @throws NightporterError `DECLARATION_INVALID` */
export function discoverWebhooks(root: string, jobs: readonly DiscoveredJob[] = []): Promise<readonly DiscoveredWebhook[]> {
  return declared<Webhook>(root, ['functions/webhooks'], jobs);
}

interface Discovered<D> {
  readonly name: string;
  readonly file: string;
  readonly declaration: D;
}

async function declared<D>(
  root: string,
  folders: readonly Folder[],
  taken: readonly Discovered<unknown>[] = [],
): Promise<readonly Discovered<D>[]> {
  const found: Discovered<D>[] = [];
  for (const folder of folders) {
    for (const file of filesIn(join(root, folder))) {
      const label = relative(root, file);
      const name = nameOf(file, label);
      const declaration = await declarationOf(file, label, folder);
      const twin = [...taken, ...found].find((other) => other.name === name);
      if (twin) throw invalid(label, `rename it, ${relative(root, twin.file)} has the same name`);
      // Its kind has been looked at.
      found.push({ name, file, declaration: declaration as D });
    }
  }
  return found;
}

/** A compiled file has its declarations beside it. */
function isSource(name: string): boolean {
  return /\.[jt]s$/.test(name) && !name.endsWith('.d.ts');
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && isSource(entry.name))
      .map((entry) => join(folder, entry.name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function nameOf(file: string, label: string): string {
  const name = basename(file, extname(file));
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw invalid(label, 'rename it to small letters, digits and single hyphens');
  return name;
}

async function declarationOf(file: string, label: string, folder: Folder): Promise<unknown> {
  const by = declarations[folder];
  const { default: value } = await load(file, label);
  if (value === undefined) throw invalid(label, `it has no default export; write "export default ${by}({ … })"`);
  if (!isDeclaration(value, by)) throw invalid(label, `its default export must be what ${by}({ … }) returns`);
  checkDeclaration(label, value as ScheduledJob | Webhook);
  return value;
}

async function load(file: string, label: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const [reason = 'it does not load'] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw invalid(label, reason, error);
  }
}

function isDeclaration(value: unknown, kind: string): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}
