import { readable } from './readable.ts';
import type { Template } from './template.ts';

/** Operators of conditions; the others speak for themselves. */
const inWords: Readonly<Record<string, string>> = {
  ArnEquals: 'is',
  ArnLike: 'is like',
  ArnNotEquals: 'is not',
  ArnNotLike: 'is not like',
  Bool: 'is',
  StringEquals: 'is',
  StringLike: 'is like',
  StringNotEquals: 'is not',
  StringNotLike: 'is not like',
};

/** A statement's condition in words; empty where there is none. */
export function conditionOf(template: Template, condition: unknown): string {
  return Object.entries((condition ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>)
    .flatMap(([operator, keys]) => Object.entries(keys).map(([key, value]) => inOne(operator, key, readable(template, value))))
    .join(' and ');
}

function inOne(operator: string, key: string, value: string): string {
  if (operator === 'Null') return `${key} is ${value === 'true' ? 'absent' : 'there'}`;
  return `${key} ${inWords[operator] ?? operator} ${value}`;
}
