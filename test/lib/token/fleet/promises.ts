import type { Played } from './play.ts';

/** Everything that a played fleet did against its promises; empty if it kept them. */
export function brokenPromises(fleet: Played): readonly string[] {
  return [...fleet.outcomes.flatMap(({ broken }) => broken), ...fleet.world.expiredCalls, ...tooMany(fleet)];
}

/** What is asked of Box and of Secrets Manager has a bound, whatever goes wrong. */
function tooMany({ world, containers, occasions, mismatchedSeconds, happened, isShared }: Played): readonly string[] {
  const events = containers.flatMap((container) => container.events);
  const count = (kinds: readonly string[]) => kinds.reduce((sum, kind) => sum + (happened.get(kind) ?? 0), 0);
  const alone = events.filter(
    (event) => ['sharedTierFailed', 'leaseLost'].includes(event.kind) || (event.kind === 'leaseWait' && event.outcome !== 'shared'),
  );
  // A clock that is moved, or an answer that comes after a thaw, makes a container think that its token has expired.
  const misled = count([
    'container frozen',
    'clock set back',
    'clock set forward',
    'killed',
    'killed at a token request',
    'box lost',
    'box hang',
  ]);
  const fleets = isShared ? Math.ceil(occasions) + alone.length : Math.ceil(occasions) * containers.length;
  const mints = world.mints(world.box.enterprise.serviceAccount.id);
  const refusals = world.requests({ operation: 'token', status: 400 });
  const requests = world.requests({ operation: 'token' });
  const reads = world.requests({ service: 'secrets' });
  // Once in a container, after a refusal, at intervals while a new version is waited for, and again where it came to nothing.
  const waiting = (mismatchedSeconds / 5) * containers.length;
  const failed = world.internet.passed.filter(({ service, trouble }) => service === 'secrets' && trouble).length;
  const mostReads = Math.min(requests + failed, containers.length * Math.ceil(occasions) + refusals) + waiting + failed + containers.length;
  return [
    ...(mints > fleets + misled ? [`${mints} grants for the service account, ${fleets + misled} expected at most`] : []),
    ...(reads > mostReads ? [`${reads} reads of the secret, ${mostReads} expected at most`] : []),
  ];
}
