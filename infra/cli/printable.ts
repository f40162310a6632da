/**
 * Text of others on a terminal: what would move the cursor, colour the screen or turn the reading direction is shown as a sign instead.
 * www.unicode.org/reports/tr9: bidirectional controls
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD');
}
