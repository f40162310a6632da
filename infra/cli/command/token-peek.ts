import { Command } from 'commander';
import type { Cli, ExitCode } from '../cli.ts';
import { findDeployment } from '../deployment.ts';
import { duration, type Paint, print, table } from '../output.ts';
import type { Perform } from '../perform.ts';
import { printable } from '../printable.ts';
import { settingsOfFunction } from '../run/function-settings.ts';
import { type HeldToken, loggedTokens } from '../token/logged-tokens.ts';
import { type SharedToken, sharedTokens } from '../token/shared-tokens.ts';
import { tokenHolders } from '../token/token-holders.ts';

interface Peek {
  readonly containers: readonly (HeldToken & { readonly job: string; readonly app: string | undefined })[];
  /** `undefined` where the stage has no shared tier. */
  readonly shared: readonly SharedToken[] | undefined;
}

const description = `Shows which tokens are out: per container as it last logged, and those of the shared tier. Age, what
remains, where it came from and a fingerprint that tells tokens apart; never a token.`;

const examples = `
Examples:
  $ npx nightporter token peek --stage production
  $ npx nightporter token peek --json | jq '.containers[] | {job, subject, fingerprint}'`;

export function tokenPeekCommand(perform: Perform): Command {
  return new Command('peek')
    .summary('which tokens are out, never a token')
    .description(description)
    .addHelpText('after', examples)
    .action((_options: unknown, command: Command) => perform(command, peek));
}

async function peek(cli: Cli): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const containers: Peek['containers'][number][] = [];
  for (const { job, functionName, app } of await tokenHolders(deployment)) {
    const { logGroup } = await settingsOfFunction(cli, functionName);
    containers.push(...(await loggedTokens(cli, logGroup)).map((held) => ({ job, app, ...held })));
  }
  const { tokensTable, apps } = deployment;
  const shared = tokensTable === undefined ? undefined : await sharedTokens(cli, tokensTable, apps);
  print(cli, { containers, shared }, (value, paint) => render(value, cli.now(), paint));
  return 0;
}

function render({ containers, shared }: Peek, now: number, paint: Paint): string {
  const held = containers.map(({ job, app = '', container, subject, tier, fingerprint, obtainedAt, expiresAt }) => [
    job,
    app,
    printable(subject),
    printable(fingerprint),
    printable(tier),
    age(obtainedAt, now),
    remaining(expiresAt, now),
    printable(container),
  ]);
  const columns = ['job', 'app', 'subject', 'fingerprint', 'from', 'age', 'remaining', 'container'];
  const inContainers = held.length > 0 ? table([columns, ...held], paint) : 'No container has logged a token in the last two hours.';
  if (shared === undefined) return `${inContainers}\n\nThe stage has no shared tier.`;
  const items = shared.map(({ app = '', subject, fingerprint = '', obtainedAt, expiresAt, leaseUntil }) => [
    app,
    printable(subject),
    printable(fingerprint),
    age(obtainedAt, now),
    remaining(expiresAt, now),
    leaseUntil !== undefined && Date.parse(leaseUntil) > now ? `leased for ${duration(Date.parse(leaseUntil) - now)}` : '',
  ]);
  const inTable = items.length > 0 ? table([['app', 'subject', 'fingerprint', 'age', 'remaining', 'lease'], ...items], paint) : 'None.';
  return `${inContainers}\n\n${paint('bold', 'Shared tier')}\n${inTable}`;
}

function age(obtainedAt: string | undefined, now: number): string {
  return obtainedAt === undefined ? '' : duration(now - Date.parse(obtainedAt));
}

function remaining(expiresAt: string | undefined, now: number): string {
  if (expiresAt === undefined) return '';
  const ms = Date.parse(expiresAt) - now;
  return ms > 0 ? duration(ms) : 'expired';
}
