import { inspect } from 'node:util';
import type { Subject } from '../../../../lib/token/subject.ts';
import type { Container } from './container.ts';
import type { World } from './fleet-world.ts';
import { inContainer } from './virtual-timers.ts';

/** How one run of a container went, in the words of the promises. */
export interface Outcome {
  readonly container: Container;
  /** Broken promises; empty if all is well. */
  readonly broken: readonly string[];
  readonly error: unknown;
}

/** A run may take as long as Lambda lets it. */
const runMs = 900_000;

/** Calls Box as a job does, and holds what came of it against what was promised. */
export async function run(world: World, container: Container, subject: Subject): Promise<Outcome> {
  const { box, trueTime } = world;
  const startedAt = trueTime();
  const passedBefore = world.internet.passed.length;
  const broken: string[] = [];
  try {
    const id = await inContainer(container.name, () => container.whoAmI(subject, () => runMs - (trueTime() - startedAt)));
    const expected = subject.type === 'user' ? subject.id : box.enterprise.serviceAccount.id;
    if (id !== expected) broken.push(`acted as ${id} for ${expected}`);
    return { container, broken, error: undefined };
  } catch (error) {
    const met = world.internet.passed.slice(passedBefore).filter((passed) => passed.container === container.name && passed.trouble);
    const troubled = (service: string, times: number) => met.filter((passed) => passed.service === service).length >= times;
    const { code } = error as { code?: string };
    // Never a refusal: no window without a good secret is as long as a run waits for one.
    const excused = (code === 'BOX_UNREACHABLE' && troubled('box', 4)) || (code === 'SECRET_UNREADABLE' && troubled('secrets', 4));
    if (!excused) broken.push(`${container.name} failed with ${inspect(error)}`);
    return { container, broken, error };
  }
}
