import type { Fault, FaultMatch, FaultRequest } from './fault.ts';

interface Rule {
  readonly match: FaultMatch;
  readonly fault: Fault;
  readonly isOnce: boolean;
  seen: number;
}

/** Which requests go wrong, of those that are allowed. Rules are asked in the order in which they were set; the first that has a fault wins. */
export class Faults {
  #rules: readonly Rule[] = [];

  once(match: FaultMatch, fault: Fault): void {
    this.#rules = [...this.#rules, { match, fault, isOnce: true, seen: 0 }];
  }

  always(match: FaultMatch, fault: Fault): void {
    this.#rules = [...this.#rules, { match, fault, isOnce: false, seen: 0 }];
  }

  clear(): void {
    this.#rules = [];
  }

  /** Counts this request in every rule asked. */
  next(request: FaultRequest): Fault | undefined {
    for (const rule of this.#rules.filter(({ match }) => matches(match, request))) {
      rule.seen += 1;
      const nth = rule.match.nth ?? 1;
      if (rule.isOnce ? rule.seen !== nth : rule.seen % nth !== 0) continue;
      if (rule.isOnce) this.#rules = this.#rules.filter((other) => other !== rule);
      return rule.fault;
    }
    return undefined;
  }
}

function matches({ service, action, principal }: FaultMatch, request: FaultRequest): boolean {
  if (service !== undefined && service !== request.service) return false;
  if (action !== undefined && action !== request.action) return false;
  if (principal === undefined) return true;
  return typeof principal === 'string' ? principal === request.principal : principal.test(request.principal);
}
