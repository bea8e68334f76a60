import { readdir, readFile } from 'node:fs/promises';

/** What a process has used so far. */
export interface ProcessUsage {
  /** User and system time of the process itself, without its children. */
  readonly cpuSeconds: number;
  /** How long its threads could have run but had no CPU, summed up: the part of a crowded machine. */
  readonly cpuWaitSeconds: number;
  /** The most memory that was resident at any time. */
  readonly peakRssBytes: number;
}

/** Units of `utime` and `stime` in /proc, per second; the same on all Linux platforms of Node. */
const ticksPerSecond = 100;

/** Reads what a process has used; Linux only. */
export async function readProcessUsage(pid: number): Promise<ProcessUsage> {
  const [stat, status, cpuWaitSeconds] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
    readCpuWait(pid),
  ]);
  return { cpuSeconds: parseCpuSeconds(stat), cpuWaitSeconds, peakRssBytes: parsePeakRss(status) };
}

async function readCpuWait(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const waits = await Promise.allSettled(
    threads.map(async (thread) =>
      parseCpuWait(await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')),
    ),
  );
  // A thread may end while it is looked at; its wait is then forgotten, as that of those that ended before.
  return waits.reduce((sum, wait) => sum + (wait.status === 'fulfilled' ? wait.value : 0), 0);
}

/** Reads the wait for a CPU of /proc/PID/task/TID/schedstat, in seconds. */
export function parseCpuWait(schedstat: string): number {
  const nanoseconds = Number(schedstat.split(' ')[1]);
  if (!Number.isInteger(nanoseconds)) throw new Error(`unexpected schedstat: ${schedstat}`);
  return nanoseconds / 1e9;
}

/** Reads /proc/PID/stat. */
export function parseCpuSeconds(stat: string): number {
  // The name of the program stands in parentheses and may hold anything, spaces and parentheses too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  if (!Number.isInteger(user + system)) throw new Error(`unexpected /proc stat: ${stat}`);
  return (user + system) / ticksPerSecond;
}

/** Reads `VmHWM` of /proc/PID/status. */
export function parsePeakRss(status: string): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  // A process that has ended and was not waited for yet has no memory, hence no such line.
  if (kibibytes === undefined) throw new Error('no VmHWM in /proc status: the process has ended');
  return Number(kibibytes) * 1024;
}
