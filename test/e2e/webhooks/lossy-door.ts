import { listen } from '../../lib/listen.ts';

export interface LossyDoor extends AsyncDisposable {
  readonly url: string;
  /** Answers that Box never got. */
  readonly lost: () => number;
}

/** Stands between Box and an address: what comes in is handed on, and the answers that are picked are lost on their way back. */
export async function lossyDoor(address: string, isLost: (nth: number) => boolean): Promise<LossyDoor> {
  let [answers, lost] = [0, 0];
  const door = await listen(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const named = Object.entries(request.headers).filter(([name]) => /^(box-|content-type)/.test(name));
    const headers = Object.fromEntries(named) as Record<string, string>;
    const { status } = await fetch(address, { method: 'POST', headers, body: Buffer.concat(chunks) });
    if (isLost(answers++)) {
      lost++;
      response.destroy();
    } else response.writeHead(status).end();
  });
  return { url: door.url, lost: () => lost, [Symbol.asyncDispose]: () => door[Symbol.asyncDispose]() };
}
