import { installPeers } from '../install-peers.ts';
import type { Result } from '../result.ts';
import { fleets } from './fleets.ts';
import { hit } from './hit.ts';
import { nights } from './nights.ts';
import { loadPeers } from './peers.ts';
import { pool } from './pool.ts';
import { processes } from './processes.ts';
import { revoked } from './revoked.ts';

/** Tokens: how many are asked for, how soon they are there, and what fails. */
export async function tokens(runs: number): Promise<readonly Result[]> {
  await installPeers();
  const peers = await loadPeers();
  return [
    ...(await hit(peers, runs)),
    await pool(),
    ...(await fleets(peers, runs)),
    ...(await revoked(peers, runs)),
    ...(await nights()),
    ...(await processes()),
  ];
}
