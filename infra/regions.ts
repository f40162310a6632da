/** AWS features that a stage needs, or that jobs of longer than 15 minutes will. */
export const features = ['durable', 'arm64', 'scheduler'] as const;

export type Feature = (typeof features)[number];

/** What AWS had announced by this month; newer Regions and launches are not in it. */
export const regionsAsOf = '2026-01';

const featureNames: Readonly<Record<Feature, string>> = {
  durable: 'Lambda durable functions',
  arm64: 'Lambda on arm64',
  scheduler: 'EventBridge Scheduler',
};

export function nameOfFeature(feature: Feature): string {
  return featureNames[feature];
}

/** aws.amazon.com/about-aws/whats-new: durable functions began in us-east-2 on 2025-12-02 and were extended to fourteen more Regions. */
const durable = `us-east-1 us-east-2 us-west-2 eu-west-1 eu-central-1 eu-north-1 eu-south-1 eu-south-2
  ap-east-1 ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4`;

const everywhere = `${durable} us-west-1 ca-central-1 ca-west-1 eu-west-2 eu-west-3 eu-central-2 ap-northeast-2 ap-northeast-3 ap-south-2
  sa-east-1 me-south-1 me-central-1 il-central-1 af-south-1`;

const regions: Readonly<Record<Feature, ReadonlySet<string>>> = {
  durable: new Set(durable.split(/\s+/)),
  arm64: new Set(everywhere.split(/\s+/)),
  scheduler: new Set(everywhere.split(/\s+/)),
};

/** Whether the list has it; a Region that is not in it may have it by now. */
export function isListed(feature: Feature, region: string): boolean {
  return regions[feature].has(region);
}

export interface Place {
  readonly region?: string | undefined;
  /** Where it names none. */
  readonly likelyRegion?: string | undefined;
  readonly assumeRegionHas: readonly Feature[];
}

/** Why these features can't be relied on in a stage's Region; undefined where they can, or where nobody knows the Region. */
export function reasonAgainst(needed: readonly Feature[], { region: named, likelyRegion, assumeRegionHas }: Place): string | undefined {
  const region = named ?? likelyRegion;
  const lacking =
    region === undefined ? undefined : needed.find((feature) => !isListed(feature, region) && !assumeRegionHas.includes(feature));
  if (lacking === undefined) return undefined;
  const knowledge = `our list of ${regionsAsOf} does not know ${nameOfFeature(lacking)} in ${region}`;
  return `${knowledge}; choose another, or add "${lacking}" to assumeRegionHas${named === undefined ? ' and name the region' : ''} if it is there by now`;
}
