const pacificOffset = 8 * 3_600_000;
const day = 86_400_000;

/** Dates of many items fall on few days: writing a day costs more than looking it up. */
const days = new Map<number, string>();
const mostDays = 20_000;

/** Box writes local Pacific time with its offset, never `Z`: whoever compares dates as text is found out. */
export function boxDate(at: number): string {
  const local = at - pacificOffset;
  const date = Math.floor(local / day);
  const seconds = Math.floor((local - date * day) / 1000);
  return `${dayText(date)}T${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}-08:00`;
}

function dayText(date: number): string {
  let text = days.get(date);
  if (text === undefined) {
    if (days.size >= mostDays) days.clear();
    text = new Date(date * day).toISOString().slice(0, -14);
    days.set(date, text);
  }
  return text;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}
