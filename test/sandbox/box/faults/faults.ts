import type { Call } from '../call.ts';
import { pick, randomStream } from '../enterprise/random.ts';
import type { Fault, FaultMatch } from './fault.ts';

interface Rule {
  readonly once: boolean;
  /** The fault for this request, which the rule has been told matches. */
  readonly next: () => Fault | undefined;
  readonly match: FaultMatch;
  readonly fault: Fault | undefined;
}

export interface RandomFaults {
  readonly seed: number;
  /** Of the matching requests, from 0 to 1. */
  readonly share: number;
  readonly faults: readonly Fault[];
  readonly match?: FaultMatch;
}

/** Which requests go wrong. Rules are asked in the order in which they were set; the first that has a fault wins. */
export class Faults {
  #rules: Rule[] = [];

  once(match: FaultMatch, fault: Fault): void {
    let left = match.nth ?? 1;
    this.#rules.push({
      once: true,
      match,
      fault,
      next: () => (--left === 0 ? fault : undefined),
    });
  }

  always(match: FaultMatch, fault: Fault): void {
    const every = match.nth ?? 1;
    let count = 0;
    this.#rules.push({
      once: false,
      match,
      fault,
      next: () => (++count % every === 0 ? fault : undefined),
    });
  }

  /** The same requests in the same order meet the same faults. */
  random({ seed, share, faults, match = {} }: RandomFaults): void {
    const random = randomStream(seed);
    this.#rules.push({
      once: false,
      match,
      fault: undefined,
      next: () => (random() < share ? pick(faults, random()) : undefined),
    });
  }

  clear(): void {
    this.#rules = [];
  }

  /** Counts this request in every rule asked. */
  next(call: Call): Fault | undefined {
    for (const rule of this.#rules) {
      if (!matches(rule, call)) continue;
      const fault = rule.next();
      if (fault === undefined) continue;
      if (rule.once) this.#rules = this.#rules.filter((other) => other !== rule);
      return fault;
    }
    return undefined;
  }
}

function matches({ match, fault }: Rule, call: Call): boolean {
  if (fault?.kind === 'repeatedMarker' && !call.query.get('marker')) return false;
  if (match.method !== undefined && match.method !== call.method) return false;
  if (match.path === undefined) return true;
  return typeof match.path === 'string' ? match.path === call.path : call.path.search(match.path) >= 0;
}
