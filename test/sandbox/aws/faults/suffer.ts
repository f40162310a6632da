import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import { failed, throttled } from './fault-error.ts';

/**
 * Lets a request meet its fault.
 * @returns whether the service is to answer
 * @throws AwsError where the fault is one
 */
export async function suffer(fault: Fault | undefined, service: string, reply: ServerResponse): Promise<boolean> {
  switch (fault?.kind) {
    case undefined:
      return true;
    case 'throttle':
      throw throttled(service);
    case 'error':
      throw failed(service, fault.status ?? 500);
    case 'slow':
      await pause(fault.milliseconds);
      return true;
    case 'hang':
      return false;
    case 'reset':
      reset(reply);
      return false;
    case 'answerLost':
      loseAnswer(reply);
      return true;
  }
}

/** A service writes its answer's head when its work is done: that is the moment to go. */
function loseAnswer(reply: ServerResponse): void {
  const writeHead = reply.writeHead;
  reply.writeHead = ((status: number, ...rest: never[]) => {
    writeHead.call(reply, status, ...rest);
    reset(reply);
    return reply;
  }) as typeof reply.writeHead;
}

function reset(reply: ServerResponse): void {
  reply.req.socket.resetAndDestroy();
}
