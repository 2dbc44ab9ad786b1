// The log: lines of JSON on standard output. A server works and stops even if nobody reads them.

import process from "node:process";
import { type Logger, pino } from "pino";

/** How much is buffered while nothing can be written, as on a full disk; further lines are lost. */
const maxLength = 1024 * 1024;

/** Opens the log, and lets this process outlive the readers of its standard output and error. */
export function openLog(level: string): Logger {
  const ignore = () => {};
  process.stdout.on("error", ignore);
  process.stderr.on("error", ignore);
  // One system call per line would be a tenth of the cost of a request.
  const lines = pino.destination({ sync: true, minLength: 4096, periodicFlush: 250, maxLength });
  lines.on("error", ignore);
  // The library's own `flushSync` tries for ever to write to a pipe that is closed.
  lines.flushSync = () => lines.flush();
  process.on("exit", () => lines.flushSync());
  return pino({ level }, lines);
}
