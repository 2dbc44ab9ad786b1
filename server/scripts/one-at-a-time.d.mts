/** Runs `work` while no other process does so; says `message` once when it has to wait. */
export function oneAtATime<Result>(
  name: string,
  message: string,
  work: () => Promise<Result>,
): Promise<Result>;

/** Whether a process of this id runs. */
export function isAlive(pid: number): boolean;
