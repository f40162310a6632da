import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf, type ErrorCode, errorCodes, isErrorCode, NightporterError } from '../../lib/errors.ts';

const root = join(import.meta.dirname, '../..');

const codes = Object.keys(errorCodes) as readonly ErrorCode[];

describe('the codes of errors', () => {
  it('stand in the order of the alphabet, each once', () => {
    expect(codes).toEqual(codes.toSorted());
  });

  it('mean something each, in one sentence', () => {
    for (const code of codes) expect(errorCodes[code]).toMatch(/^[A-Z][^.]+\.$/);
    expect(new Set(Object.values(errorCodes)).size).toBe(codes.length);
  });

  it('are all in use', () => {
    const files = globSync('{infra,functions,lib}/**/*.ts', { cwd: root }).filter((file) => file !== join('lib', 'errors.ts'));
    const source = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
    expect(codes.filter((code) => !source.includes(`'${code}'`) && code !== 'JOB_FAILED')).toEqual([]);
  });

  it('are told from other texts', () => {
    expect(codes.every(isErrorCode)).toBe(true);
    for (const text of ['', 'ECONNRESET', 'toString', 'JOB_FAILED ']) expect(isErrorCode(text)).toBe(false);
  });

  it('say of what is none of ours that a job threw it, whatever code it claims', () => {
    expect(codeOf(new NightporterError('SECRET_EMPTY', 'Put it.'))).toBe('SECRET_EMPTY');
    for (const thrown of [Object.assign(new Error(), { code: 'SECRET_EMPTY' }), 'text', undefined, null]) {
      expect(codeOf(thrown)).toBe('JOB_FAILED');
    }
  });
});
