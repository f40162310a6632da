import type { Progress } from './progress.ts';
import { type RunPlace, shardKey } from './run-place.ts';
import { lines, type WorkStore } from './work-store.ts';

/** Lines that one user's work has written, by the user's position in the shard's roster. */
export interface UserLines {
  readonly index: number;
  readonly lines: readonly string[];
}

/** Where lines of a kind are: of one execution of a shard. */
export interface LinesOf {
  readonly place: RunPlace;
  readonly shard: number;
  readonly execution: number;
  readonly kind: string;
}

/** One object with the lines, and one that says whose they are. @returns how many */
export async function putShardLines(store: WorkStore, of: LinesOf, written: readonly UserLines[]): Promise<number> {
  const all = written.flatMap((each) => each.lines);
  await store.put(linesKey(of), all.map((line) => `${line}\n`).join(''));
  await store.put(ownersKey(of), JSON.stringify(written.map((each) => [each.index, each.lines.length])));
  return all.length;
}

/** All lines of a kind of one shard in the roster's order, whichever of its executions has written them. */
export async function shardLines(
  store: WorkStore,
  place: RunPlace,
  executions: readonly Pick<Progress, 'shard' | 'execution' | 'lines'>[],
  kind: string,
): Promise<readonly UserLines[]> {
  const found: UserLines[] = [];
  for (const { shard, execution, lines: written } of executions) {
    if (!written[kind]) continue;
    const of = { place, shard, execution, kind };
    const [text, owners] = await Promise.all([store.get(linesKey(of)), store.get(ownersKey(of))]);
    const all = lines(text);
    let from = 0;
    for (const [index, count] of JSON.parse(owners) as readonly (readonly [number, number])[]) {
      found.push({ index, lines: all.slice(from, from + count) });
      from += count;
    }
  }
  return found.sort((one, other) => one.index - other.index);
}

const linesKey = ({ place, shard, execution, kind }: LinesOf): string => shardKey(place, shard, execution, kind);
const ownersKey = ({ place, shard, execution, kind }: LinesOf): string => shardKey(place, shard, execution, `${kind}.owners`);
