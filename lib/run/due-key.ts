/** How a due time is written as a key: ISO 8601 in UTC, whole seconds, as EventBridge Scheduler writes it. */
export function dueKey(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
