import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type LeaseBook, takeLease } from '../../../../lib/webhook/reconcile/lease.ts';
import { reconcile } from '../../../../lib/webhook/reconcile/reconcile.ts';
import { webhookStore } from '../../../../lib/webhook/reconcile/store.ts';
import { targetKey, type Wanted } from '../../../../lib/webhook/reconcile/wanted.ts';
import { runsTable } from '../../run/table.ts';
import { BoxModel, Crash, Fate, NotesModel } from './box-model.ts';

const minute = 60_000;

class Book implements LeaseBook {
  #owner = '';
  #until = 0;

  async take(owner: string, until: number, now: number) {
    if (this.#until >= now && this.#owner !== owner) return false;
    [this.#owner, this.#until] = [owner, until];
    return true;
  }

  async keep(owner: string, until: number) {
    if (this.#owner !== owner) return false;
    this.#until = until;
    return true;
  }
}

/** Every call waits for its turn, and may be the last one that its caller lives to make. */
function inTurn<T extends object>(model: T, turn: () => Promise<void>): T {
  const call = (name: string | symbol) => (Reflect.get(model, name) as (...given: unknown[]) => AsyncIterable<unknown>).bind(model);
  return new Proxy(model, {
    get: (_, name) =>
      name === 'list'
        ? async function* () {
            await turn();
            yield* call(name)();
          }
        : async (...given: unknown[]) => {
            await turn();
            return call(name)(...given);
          },
  });
}

const wish = fc.uniqueArray(fc.constantFrom('1', '2', '3', '4').map(wanting), { selector: ({ target }) => target.id });

function wanting(id: string): Wanted {
  const target = { type: 'folder', id } as const;
  return {
    name: 'archive',
    owner: { type: 'enterprise' },
    target,
    address: 'https://ours.example/',
    triggers: ['FILE.UPLOADED'],
    queueUrl: '',
  };
}

const places = (all: readonly { readonly target: Wanted['target'] }[]) => all.map(({ target }) => targetKey(target)).sort();

it('rounds that begin beside a deployment, and may die, leave what the deployment wants, each made once and known as ours', async () => {
  const happened = { waits: 0, deaths: 0, outlivedDeaths: 0 };
  const deaths = fc.array(fc.option(fc.nat(20), { nil: undefined }), { minLength: 1, maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(wish, wish, deaths, fc.scheduler(), async (before, after, rounds, scheduler) => {
      const fate = new Fate();
      const [box, notes, book] = [new BoxModel(fate, []), new NotesModel(fate), new Book()];
      let [now, wanted] = [1, before];
      const play = async (dies = Number.POSITIVE_INFINITY) => {
        let calls = 0;
        const turn = async () => {
          await scheduler.schedule(Promise.resolve());
          if (calls++ === dies) happened.deaths++;
          if (calls > dies) throw new Crash();
        };
        const pause = async (ms: number) => {
          now += ms;
          happened.waits++;
          await turn();
        };
        const signal = new AbortController().signal;
        await using lease = await takeLease(inTurn(book, turn), { now: () => now, signal, pause });
        await turn();
        const parts = { box: inTurn(box, turn), notes: inTurn(notes, turn), lease, now: () => now };
        return await reconcile({ wanted, adopt: [], ...parts });
      };
      const all = (actors: readonly Promise<unknown>[]) => scheduler.waitFor(Promise.allSettled(actors));
      await all([play()]);
      const deployment = async () => {
        await scheduler.schedule(Promise.resolve());
        wanted = after;
        return play();
      };
      const since = happened.deaths;
      const [deployed] = await all([deployment(), ...rounds.map((dies) => play(dies))]);
      expect(deployed).toMatchObject({ status: 'fulfilled' });
      if (happened.deaths > since) happened.outlivedDeaths++;
      expect(places([...box.webhooks.values()])).toEqual(places(after));
      const held = [...notes.notes.values()].map((note) => ({
        state: note.state,
        id: 'id' in note && note.id,
        key: targetKey(note.target),
      }));
      const there = [...box.webhooks.values()].map(({ id, target }) => ({ state: 'created', id, key: targetKey(target) }));
      expect(new Set(held)).toEqual(new Set(there));
      const everWanted = new Set([...places(before), ...places(after)]);
      expect(box.ours.size, 'none is made twice').toBe(everWanted.size);
    }),
    { numRuns: 400 },
  );
  console.log('Beside each other:', JSON.stringify(happened));
  expect(happened.waits).toBeGreaterThan(400);
  expect(happened.outlivedDeaths).toBeGreaterThan(20);
}, 30_000);

it('a round whose step took too long makes no further change once another has come in between', async () => {
  const book = new Book();
  let now = 1;
  const signal = new AbortController().signal;
  const lease = await takeLease(book, { now: () => now, signal });
  await lease.renew();
  now += 3 * minute;
  await lease.renew();
  now += 3 * minute;
  await (await takeLease(book, { now: () => now, signal }))[Symbol.asyncDispose]();
  const fate = new Fate();
  const box = new BoxModel(fate, []);
  const late = reconcile({ wanted: [wanting('1')], adopt: [], box, notes: new NotesModel(fate), lease, now: () => now });
  await expect(late).rejects.toMatchObject({ code: 'WEBHOOKS_TAKEN_OVER' });
  expect(box.webhooks.size).toBe(0);
});

it('in the table, one holds it, until it gives it back or its time is over', async () => {
  await using table = await runsTable();
  const { leases } = webhookStore(table.client, table.name, 'default');
  const other = webhookStore(table.client, table.name, 'other').leases;
  expect(await leases.take('a', 100, 50)).toBe(true);
  expect(await leases.take('a', 100, 50), 'as the SDK asks again').toBe(true);
  expect([await leases.take('b', 200, 99), await leases.keep('b', 200), await other.take('b', 200, 99)]).toEqual([false, false, true]);
  expect([await leases.take('b', 200, 101), await leases.keep('a', 300), await leases.keep('b', 0)]).toEqual([true, false, true]);
  expect(await leases.take('c', 300, 150)).toBe(true);
});
