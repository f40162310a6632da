import { median } from '../median.ts';
import { measured, type Result } from '../result.ts';
import { type ColdFleet, coldFleet } from './fleet/cold-fleet.ts';
import { storeMs, takes, tokenRequestMs } from './fleet/slow.ts';
import { startTokenEndpoint } from './fleet/token-endpoint.ts';
import type { Peers, Take } from './peers.ts';

const containers = 1_000;
const callers = 20;
/** The peers share nothing between containers, so these stand for all of them. */
const peerContainers = 25;

/** Says of how many containers the peer's figure was counted. */
const extrapolated = (name: string, counted = peerContainers): string => `${name} (${counted} x ${containers / counted})`;

/** A thousand cold containers of twenty callers each, with and without the shared tier. */
export async function fleets(peers: Peers, runs: number): Promise<readonly Result[]> {
  // The first is thrown away: containers do not compile in turns.
  const shared: ColdFleet[] = [];
  for (let run = 0; run <= Math.max(3, Math.ceil(runs / 3)); run++) shared.push(await coldFleet(containers, callers, { shared: true }));
  const local = await coldFleet(containers, callers, { shared: false });
  const most = (figure: 'tokenRequests' | 'secretReads') => Math.max(...shared.map((fleet) => fleet[figure]));
  const p99 = median(shared.slice(1).map(({ readyMs }) => readyMs[Math.ceil(readyMs.length * 0.99) - 1] ?? Number.NaN));
  const others = await ofPeers(peers);
  return [
    measured('fleet.token_requests', most('tokenRequests'), { name: extrapolated('box-node-sdk'), value: others.boxSdk }),
    measured('fleet.token_requests_local', local.tokenRequests, { name: extrapolated('MSAL Node'), value: others.msal }),
    measured('fleet.secret_reads', most('secretReads'), { name: extrapolated('Powertools parameters'), value: others.powertools }),
    measured('fleet.secret_reads_local', local.secretReads, { name: extrapolated('@middy/secrets-manager', 1), value: others.middy }),
    measured('fleet.ready_p99_over_mint', p99 / tokenRequestMs),
  ];
}

/** What such a fleet asks for with each of the peers. */
async function ofPeers(peers: Peers) {
  await using box = await startTokenEndpoint();
  await takeAll(() => peers.boxSdk(box.url).takeToken);
  const scale = containers / peerContainers;
  return {
    boxSdk: box.requests() * scale,
    msal: (await count(tokenRequestMs, (ask) => peers.msal(ask))) * scale,
    powertools: (await count(storeMs, (ask) => peers.powertools(ask))) * scale,
    // Its cache is the process's, so this process is one container.
    middy: (await count(storeMs, (ask) => peers.middyHandler(ask), 1)) * containers,
  };
}

async function count(ms: number, takeOf: (ask: Take) => Take, fleet = peerContainers): Promise<number> {
  let asked = 0;
  await takeAll(() => takeOf(() => takes(ms, () => asked++)), fleet);
  return asked;
}

async function takeAll(coldContainer: () => Take, count = peerContainers): Promise<void> {
  const fleet = Array.from({ length: count }, coldContainer);
  await Promise.all(fleet.flatMap((take) => Array.from({ length: callers }, take)));
}
