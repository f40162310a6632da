import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Collects process ids until its input ends, be it by `close` or by the sandbox's death; then lets them all run again. */
const script = 'pids=; while read pid; do pids="$pids $pid"; done; kill -s CONT $pids 2>/dev/null; exit 0';

/** A frozen container cannot notice that the sandbox is gone, which is how containers end after a crash: this process outlives it and thaws them. */
export class ThawGuard {
  #shell: ChildProcess | undefined;

  /** From now on this process is thawed when the sandbox ends. */
  guard(processId: number): void {
    this.#shell ??= this.#start();
    this.#shell.stdin?.write(`${processId}\n`);
  }

  async close(): Promise<void> {
    if (this.#shell === undefined || this.#shell.exitCode !== null) return;
    const exited = once(this.#shell, 'exit');
    this.#shell.stdin?.end();
    await exited;
  }

  #start(): ChildProcess {
    // In a process group of its own: a Ctrl-C is meant for the sandbox.
    return spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  }
}
