import { existsSync, readFileSync } from 'node:fs';

const STATUS = '/proc/self/status';
const BYTES_PER_KB = 1024;

/**
 * Bytes that this process has had resident at most. What getrusage says of a child counts its parent as it was when it
 * forked, on Linux: there the kernel's own account of the process is read.
 */
export function peakMemory(): number {
  const [, own] = (existsSync(STATUS) && /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(STATUS, 'utf8'))) || [];
  return (own === undefined ? process.resourceUsage().maxRSS : Number(own)) * BYTES_PER_KB;
}
