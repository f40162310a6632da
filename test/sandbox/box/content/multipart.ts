/** The parts of a multipart/form-data body (RFC 7578), by name. @returns undefined when it is none. */
export function readMultipart(contentType: string | undefined, body: Buffer): ReadonlyMap<string, Buffer> | undefined {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType ?? '')?.[1];
  if (boundary === undefined) return undefined;
  const mark = Buffer.from(`--${boundary}`);
  const parts = new Map<string, Buffer>();
  let at = body.indexOf(mark);
  while (at >= 0) {
    const head = at + mark.length + 2;
    const next = body.indexOf(`\r\n--${boundary}`, head - 2);
    if (next < 0) break;
    const blank = body.indexOf('\r\n\r\n', head);
    const name = /name="([^"]*)"/.exec(body.subarray(head, blank).toString('utf8'))?.[1];
    if (blank >= 0 && blank < next && name !== undefined) parts.set(name, body.subarray(blank + 4, next));
    at = next + 2;
  }
  return parts;
}
