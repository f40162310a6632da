import type { MetricOptions } from '../declare/job-context.ts';

type Unit = NonNullable<MetricOptions['unit']>;

/** One metric: a sum, or up to a hundred measurements, which is what a line takes. */
export interface Tallied {
  readonly unit: Unit;
  readonly value: number | readonly number[];
}

/** docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const mostMeasurements = 100;

/** What happens too often, or too seldom, for a line of its own: it is kept until a line is written anyway. */
export class Tally {
  #sums = new Map<string, number>();
  #measurements = new Map<string, number[]>();

  count(name: string, times: number): void {
    this.#sums.set(name, (this.#sums.get(name) ?? 0) + times);
  }

  measure(name: string, ms: number): void {
    const measured = this.#measurements.get(name) ?? [];
    if (measured.length < mostMeasurements) measured.push(ms);
    this.#measurements.set(name, measured);
  }

  /** All of it, which is then forgotten; `undefined` if there is nothing. */
  take(): ReadonlyMap<string, Tallied> | undefined {
    if (this.#sums.size === 0 && this.#measurements.size === 0) return undefined;
    const taken = new Map<string, Tallied>();
    for (const [name, value] of this.#sums) taken.set(name, { unit: 'Count', value });
    for (const [name, value] of this.#measurements) taken.set(name, { unit: 'Milliseconds', value });
    this.#sums = new Map();
    this.#measurements = new Map();
    return taken;
  }
}
