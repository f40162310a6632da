import { pascal } from './pascal.ts';
import { type Feature, reasonAgainst } from './regions.ts';
import type { Stage } from './settings.ts';

/** What is wrong with settings that are each right by themselves. */
export interface Contradiction {
  readonly key: readonly string[];
  readonly reason: string;
}

type Check = (stage: Stage) => Contradiction | undefined;

/** Needed by every stage; AWS would refuse in the middle of a deployment. */
const needed: readonly Feature[] = ['arm64', 'scheduler'];

const checks: readonly Check[] = [
  ({ production, notify }) =>
    production && notify === undefined ? { key: ['notify'], reason: 'a production stage needs a mail address for its alarms' } : undefined,
  ({ monthlyBudgetUSD, notify }) =>
    monthlyBudgetUSD !== undefined && notify === undefined
      ? { key: ['notify'], reason: 'monthlyBudgetUSD needs a mail address to tell' }
      : undefined,
  ({ apps }) => (Object.keys(apps).length === 0 ? { key: ['apps'], reason: 'name at least one Box app' } : undefined),
  ({ apps }) => alike(Object.keys(apps)),
  foreignAccount,
  regionWithoutFeature,
  ({ assumeRegionHas, region }) =>
    assumeRegionHas.length > 0 && region === undefined
      ? { key: ['assumeRegionHas'], reason: 'name the region that has them, in "region"' }
      : undefined,
];

/** The first of them. */
export function contradictionIn(stage: Stage): Contradiction | undefined {
  for (const check of checks) {
    const found = check(stage);
    if (found) return found;
  }
  return undefined;
}

/** Names of outputs and resources hold letters and digits only. */
function alike(apps: readonly string[]): Contradiction | undefined {
  for (const app of apps) {
    const twin = apps.find((other) => other !== app && pascal(other) === pascal(app));
    if (twin !== undefined) return { key: ['apps', twin], reason: `rename it: but for hyphens it is called as ${app} is` };
  }
  return undefined;
}

/** A role of another account could never read the secrets, and no role can have another account's boundary or identity provider. */
function foreignAccount(stage: Stage): Contradiction | undefined {
  const arns = {
    operatorRoleArn: stage.operatorRoleArn,
    breakGlassRoleArn: stage.breakGlassRoleArn,
    permissionsBoundaryArn: stage.permissionsBoundaryArn,
    'github.providerArn': stage.github?.providerArn,
  };
  for (const [key, arn] of Object.entries(arns)) {
    const account = arn?.split(':')[4];
    if (account === undefined || stage.account === undefined || account === stage.account) continue;
    return { key: key.split('.'), reason: `it belongs to the account ${account}, and the stage to ${stage.account}` };
  }
  return undefined;
}

function regionWithoutFeature(stage: Stage): Contradiction | undefined {
  const reason = reasonAgainst(needed, stage);
  return reason === undefined ? undefined : { key: ['region'], reason };
}
