import type { RunAs, Setting } from 'nightporter';
import { type Stage, settingsMistake } from './settings.ts';

/** A setting that says whom something runs as. */
interface IdentitySetting {
  readonly key: string;
  /** Several ids, with commas between. */
  readonly isList: boolean;
}

/**
 * Names of the settings that say whom a job or webhook runs as, each checked: Box ids are digits.
 * @param who for the sentence: `the job storage-report`
 * @throws NightporterError `SETTINGS_INVALID`
 */
export function identitySettings(runAs: RunAs, who: string, stage: Stage): readonly string[] {
  const needed = neededBy(runAs);
  for (const { key, isList } of needed) {
    const value = Object.hasOwn(stage.settings, key) ? stage.settings[key] : undefined;
    if (value === undefined)
      throw settingsMistake(stage.name, ['settings', key], `${who} runs as the user that this setting names, and it is missing`);
    const ids = isList ? value.split(',').map((id) => id.trim()) : [value];
    if (!ids.every((id) => /^\d{1,20}$/.test(id)))
      throw settingsMistake(stage.name, ['settings', key], `${who} runs as whom this setting names: use Box ids, which are digits`);
  }
  return needed.map(({ key }) => key);
}

function neededBy(runAs: RunAs): readonly IdentitySetting[] {
  if (runAs.kind === 'serviceAccount') return [];
  if (runAs.kind === 'managedUser') return settingOf(runAs.user, false);
  return [...settingOf(runAs.where.group, false), ...settingOf(runAs.where.users, true)];
}

function settingOf(value: string | readonly string[] | Setting | undefined, isList: boolean): readonly IdentitySetting[] {
  return typeof value === 'object' && 'setting' in value ? [{ key: value.setting, isList }] : [];
}

/** Settings of the stage that nothing reads which is on: misspelt, or of a job that is off. */
export function unreadSettings(
  { settings }: Stage,
  readers: readonly { readonly settings: Readonly<Record<string, string>> }[],
): readonly string[] {
  const read = new Set(readers.flatMap((reader) => Object.keys(reader.settings)));
  return Object.keys(settings).filter((key) => !read.has(key));
}
