// Memory of a Box of a hundred thousand users of whom a million items have been looked at. Tells items and MiB on file descriptor 3.
import { writeSync } from 'node:fs';
import { startBox } from '../../sandbox/box/server.ts';

const items = 1_000_000;
await using box = await startBox({ users: 100_000, journalLimit: 0 });
let seen = 0;
for (let index = 0; index < box.enterprise.users && seen < items; index++) {
  const { folders, files, webLinks } = box.enterprise.content(box.enterprise.listed(index)).totals();
  seen += folders + files + webLinks;
}
writeSync(3, JSON.stringify({ seen, mib: process.resourceUsage().maxRSS / 1024 }));
