const times = new Set(['StartTimestamp', 'EndTimestamp', 'NextAttemptTimestamp', 'ScheduledEndTimestamp', 'EventTimestamp']);

/** Lambda's invocation event has its times as text. */
export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
/** Lambda's API has them as numbers. */
export const epochSeconds = (milliseconds: number): number => milliseconds / 1000;

/** A copy for the wire. @param withoutPayloads leaves out what an execution was given and gave */
export function wire(value: unknown, time: (milliseconds: number) => string | number, withoutPayloads = false): unknown {
  if (Array.isArray(value)) return value.map((each) => wire(each, time, withoutPayloads));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => {
    if (times.has(key) && typeof each === 'number') return [key, time(each)] as const;
    if (withoutPayloads && key === 'Payload' && typeof each === 'string') return [key, undefined] as const;
    return [key, wire(each, time, withoutPayloads)] as const;
  });
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}
