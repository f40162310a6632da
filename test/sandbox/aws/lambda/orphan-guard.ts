import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Keeps a list of process groups until its input ends, be it by `close`, which has ended them, or by the sandbox's death; then it kills what is listed. */
const script = `groups=' '
while read what group; do
  case $what in
    add) groups="$groups$group " ;;
    remove) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
exit 0`;

/** A frozen container cannot notice that the sandbox is gone, and what a function has started never does: this process outlives it and ends them. */
export class OrphanGuard {
  #shell: ChildProcess | undefined;

  /** From now on this process group ends with the sandbox. */
  add(group: number): void {
    if (process.platform === 'win32') return;
    this.#shell ??= this.#start();
    this.#shell.stdin?.write(`add ${group}\n`);
  }

  /** It has ended: its number may become another's. */
  remove(group: number): void {
    this.#shell?.stdin?.write(`remove ${group}\n`);
  }

  /** After the last group has ended. */
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
