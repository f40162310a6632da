import { readFile, writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { NightporterError } from '../../../lib/errors.ts';

interface StageFile {
  readonly context?: { readonly stages?: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}

/**
 * Adds one setting to a stage of cdk.json, as a line of its own: everything else keeps its place and its form, so that people see one line in
 * a review and an upgrade has nothing to merge.
 * @returns false where the stage has that very value already
 * @throws NightporterError `SETTINGS_INVALID` where the stage has another value, or the file is laid out so that this is for a person to do
 */
export async function addSetting(path: string, stage: string, key: string, value: string): Promise<boolean> {
  const before = await readFile(path, 'utf8').catch((cause) => {
    throw new NightporterError('SETTINGS_INVALID', 'Go to the folder of the app: there is no cdk.json here.', { cause });
  });
  const settings = parse(before)?.context?.stages?.[stage];
  if (settings === undefined) throw new NightporterError('SETTINGS_INVALID', `Add the stage to cdk.json first: it has no stages.${stage}.`);
  const now = settings[key];
  if (now === value) return false;
  if (now !== undefined) {
    throw new NightporterError('SETTINGS_INVALID', `Replace stages.${stage}.${key} in cdk.json yourself: it is ${String(now)}.`);
  }
  const after = withLine(before, stage, `"${key}": ${JSON.stringify(value)}`);
  if (!isDeepStrictEqual(parse(after), added(parse(before), stage, key, value))) {
    throw new NightporterError('SETTINGS_INVALID', `Set stages.${stage}.${key} in cdk.json to ${value} yourself: its layout is not ours.`);
  }
  await writeFile(path, after);
  return true;
}

/** Behind the brace of the stage; whether that was the right brace is for the caller to see. */
function withLine(text: string, stage: string, line: string): string {
  const opening = new RegExp(`("stages"\\s*:\\s*\\{[\\s\\S]*?\\n(\\s*)"${stage}"\\s*:\\s*\\{)(\\s*\\}?)`);
  return text.replace(opening, (_, start: string, indent: string, rest: string) => {
    const isEmpty = rest.endsWith('}');
    return `${start}\n${indent}  ${line}${isEmpty ? `\n${indent}}` : `,${rest}`}`;
  });
}

function added(file: StageFile | undefined, stage: string, key: string, value: string): unknown {
  const stages = file?.context?.stages;
  return { ...file, context: { ...file?.context, stages: { ...stages, [stage]: { ...stages?.[stage], [key]: value } } } };
}

function parse(text: string): StageFile | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
