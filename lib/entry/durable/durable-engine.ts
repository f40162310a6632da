import {
  CallbackExternalError,
  CallbackTimeoutError,
  type DurableContext,
  NestingType,
  StepSemantics,
} from '@aws/durable-execution-sdk-js';
import { NightporterError } from '../../errors.ts';
import type { PipelineLog } from '../../observe/log.ts';
import type { FanOut } from '../../run/engine.ts';
import type { InterruptedSteps } from './interrupted-steps.ts';
import { retryAfterFailure, retryAfterInterruption } from './retries.ts';
import { asHistoryError, fromHistory } from './scrubbed-error.ts';

export interface DurableEngineOptions {
  /** ARN of the version of the shard function that was deployed with this one; none in a shard. */
  readonly shardArn: string | undefined;
  readonly interrupted: InterruptedSteps;
  readonly log: PipelineLog;
}

/** The port over a Lambda durable function's context. */
export function durableEngine(context: DurableContext, options: DurableEngineOptions): FanOut {
  const { shardArn, interrupted, log } = options;
  return {
    async step(name, work) {
      try {
        return await context.step(name, () => performed(work, log), stepConfig(interrupted, name));
      } catch (error) {
        throw fromHistory(error);
      }
    },
    async wait(name, seconds) {
      await context.wait(name, { seconds });
    },
    async each(name, count, work, concurrency) {
      if (count === 0) return [];
      const indices = Array.from({ length: count }, (_, index) => index);
      const batch = await context.map(name, indices, (inner, index) => work(durableEngine(inner, options), index).catch(asHistoryError), {
        maxConcurrency: concurrency,
        // Otherwise every branch is an operation, and its result another checkpoint.
        nesting: NestingType.FLAT,
      });
      const [failed] = batch.failed();
      if (failed) throw fromHistory(failed.error);
      return batch.getResults();
    },
    async invoke(name, input) {
      if (shardArn === undefined) throw new NightporterError('ENVIRONMENT_INVALID', 'Deploy again: this function has no shards to start.');
      try {
        return await context.invoke(name, shardArn, input);
      } catch (error) {
        throw fromHistory(error);
      }
    },
    async bell(name, submit, seconds) {
      // A time-out, an answer or a failure: whoever waited looks for himself.
      const config = { timeout: { seconds }, retryStrategy: retryAfterFailure };
      await context.waitForCallback(name, (id) => performed(() => submit(id), log), config).catch(onlyCallback);
    },
  };
}

/** A step's end is the last that is sure to be reached of this process: what was counted until then is told, what was thrown is logged whole. */
async function performed<T>(work: () => Promise<T>, log: PipelineLog): Promise<T> {
  try {
    return await work();
  } catch (error) {
    log.failure('A step failed.', error);
    return asHistoryError(error);
  } finally {
    log.tell();
  }
}

function onlyCallback(error: unknown): void {
  if (!(error instanceof CallbackTimeoutError) && !(error instanceof CallbackExternalError)) throw fromHistory(error);
}

/**
 * At least once, since a step counts as begun without a checkpoint of its own then. A step that was interrupted is counted: one that kills
 * its process would do so for ever, because for Lambda a crash is no attempt. To be counted it has to be known.
 */
function stepConfig(interrupted: InterruptedSteps, name: string) {
  return interrupted.isToBeKnown(name)
    ? { semantics: StepSemantics.AtMostOncePerRetry, retryStrategy: retryAfterInterruption(interrupted.turnOf(name)) }
    : { semantics: StepSemantics.AtLeastOncePerRetry, retryStrategy: retryAfterFailure };
}
