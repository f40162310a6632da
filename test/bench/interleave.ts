import { median } from './median.ts';

/** Medians of the same figures over several rounds. */
export type Medians<Name extends string, Sample> = Readonly<Record<Name, Sample>>;

/**
 * Runs every case once per round, so that a machine that slows down slows all of them. A first round, thrown away, fills the page cache.
 * @returns for each case the median of every figure
 */
export async function interleave<Name extends string, Sample extends Readonly<Record<string, number>>>(
  rounds: number,
  cases: Readonly<Record<Name, () => Promise<Sample>>>,
): Promise<Medians<Name, Sample>> {
  const names = Object.keys(cases) as Name[];
  const samples = new Map<Name, Sample[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const sample = await cases[name]();
      if (round > 0) samples.get(name)?.push(sample);
    }
  }
  return Object.fromEntries(names.map((name) => [name, medians(samples.get(name) ?? [])])) as Record<Name, Sample>;
}

function medians<Sample extends Readonly<Record<string, number>>>(samples: readonly Sample[]): Sample {
  const figures = Object.keys(samples[0] ?? {});
  return Object.fromEntries(figures.map((figure) => [figure, median(samples.map((sample) => sample[figure] ?? Number.NaN))])) as Sample;
}
