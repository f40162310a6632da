import type { Capability } from 'nightporter';
import { type Stage, settingsMistake } from './settings.ts';

/** A message to a topic that nobody has subscribed to is lost without a word. @param who as in a sentence. @throws NightporterError `SETTINGS_INVALID` */
export function refuseSilence(uses: readonly Capability[], { name, notify }: Stage, who: string): void {
  if (notify !== undefined || !uses.includes('notify:send')) return;
  throw settingsMistake(name, ['notify'], `name a mail address: ${who} sends messages, and nobody would get them`);
}
