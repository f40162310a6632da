import { afterAll, beforeAll } from 'vitest';
import { closeConnections } from '../../../../lib/http/origin.ts';
import { type RunsTable, tokensTable } from '../../run/table.ts';

/** A table of shared tokens for all tests of a file; connections are closed behind them. */
export function withTable(): () => RunsTable {
  let table: RunsTable;
  beforeAll(async () => {
    table = await tokensTable();
  });
  afterAll(async () => {
    closeConnections();
    await table[Symbol.asyncDispose]();
  });
  return () => table;
}
