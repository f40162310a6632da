const pacificOffsetMs = 8 * 3_600_000;

/** Box writes local Pacific time with its offset, never `Z`: whoever compares dates as text is found out. */
export function boxDate(at: number): string {
  return `${new Date(at - pacificOffsetMs).toISOString().slice(0, 19)}-08:00`;
}
