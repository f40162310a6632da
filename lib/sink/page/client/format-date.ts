const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** The day in the reader's time zone. */
export function formatDay(seconds: number): string {
  return short.format(new Date(seconds * 1_000));
}

/** The instant in UTC, for the title. */
export function formatInstant(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
