import { readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ScheduledJob } from 'nightporter';
import { NightporterError } from '../lib/errors.ts';

/** A job file: the file name is its name in settings, logs, metrics and construct ids. */
export interface DiscoveredJob {
  readonly name: string;
  readonly file: string;
  readonly declaration: ScheduledJob;
}

const folders = ['functions/scheduled', 'functions/system'];

/**
 * Imports every job file under `root`; adding a file there is all it takes to add a job.
 * @throws NightporterError `DECLARATION_INVALID` with the file's name.
 */
export async function discover(root: string): Promise<readonly DiscoveredJob[]> {
  const jobs: DiscoveredJob[] = [];
  for (const file of folders.flatMap((folder) => jobFiles(join(root, folder)))) {
    const label = relative(root, file);
    const job = { name: nameOf(file, label), file, declaration: await declarationOf(file, label) };
    const twin = jobs.find(({ name }) => name === job.name);
    if (twin) throw invalid(label, `rename it, ${relative(root, twin.file)} has the same name`);
    jobs.push(job);
  }
  return jobs;
}

function jobFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(folder, entry.name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function nameOf(file: string, label: string): string {
  const name = basename(file, '.ts');
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw invalid(label, 'rename it to small letters, digits and single hyphens');
  return name;
}

async function declarationOf(file: string, label: string): Promise<ScheduledJob> {
  const module = await load(file, label);
  if (module.default === undefined) throw invalid(label, 'it has no default export; write "export default scheduledJob({ … })"');
  if (!isScheduledJob(module.default)) throw invalid(label, 'its default export must be what scheduledJob({ … }) returns');
  return module.default;
}

async function load(file: string, label: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const [reason = 'it does not load'] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw invalid(label, reason, error);
  }
}

function isScheduledJob(value: unknown): value is ScheduledJob {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'scheduledJob';
}

export function invalid(label: string, reason: string, cause?: unknown): NightporterError {
  return new NightporterError('DECLARATION_INVALID', `Correct ${label}: ${reason.replace(/\.$/, '')}.`, { cause });
}
