import { familyNames, givenNames, loginName } from '../enterprise/names.ts';
import { draw, pick } from '../enterprise/random.ts';

/** Somebody of another enterprise, of whom Box shows no more than this. */
export interface ExternalUser {
  readonly id: string;
  readonly name: string;
  readonly login: string;
}

const firstId = 31_000_001;

const domains: readonly string[] = [
  'auditors.example',
  'clearwater-law.example',
  'contoso.example',
  'fabrikam.example',
  'gmail.example',
  'old-agency.example',
  'partner.example',
  'supplier.example',
  'tailspin.example',
  'university.example',
];

export const northwindDomain = 'northwind.example';

export function externalUser(seed: number, nth: number): ExternalUser {
  const name = `${pick(givenNames, draw(seed, nth, 31))} ${pick(familyNames, draw(seed, nth, 32))}`;
  const domain = pick(domains, draw(seed, nth, 33));
  return { id: String(firstId + nth), name, login: `${loginName(name)}.${nth + 1}@${domain}` };
}

/** @returns undefined when the id is nobody's. */
export function externalById(seed: number, id: string): ExternalUser | undefined {
  const nth = /^\d{8}$/.test(id) ? Number(id) - firstId : -1;
  return nth >= 0 && nth < 9_000_000 ? externalUser(seed, nth) : undefined;
}

/** @returns undefined when the address has no account at Box. */
export function externalByLogin(seed: number, login: string): ExternalUser | undefined {
  const nth = Number(/\.(\d{1,7})@/.exec(login)?.[1] ?? 0) - 1;
  const user = nth >= 0 ? externalUser(seed, nth) : undefined;
  return user?.login === login.toLowerCase() ? user : undefined;
}
