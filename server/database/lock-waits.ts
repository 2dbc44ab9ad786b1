// A statement that waits for a lock keeps its connection. On the pool for writes it may wait for an
// instant only; then it runs again on connections of its own kind, so that whoever waits for one
// person's row keeps nobody else waiting.

import postgres from "postgres";

/**
 * The pool `sql`, whose statements and transactions run again on `patient` where the lock that they
 * need stays taken. PostgreSQL has undone the first run by then; a transaction's function is called
 * a second time.
 */
export function moveLockWaits(sql: postgres.Sql, patient: postgres.Sql): postgres.Sql {
  return new Proxy(sql, {
    apply(pool, self, args: Parameters<typeof patient>) {
      const made = Reflect.apply(pool, self, args);
      // The same tag also makes identifiers and lists, which never run.
      if (!("raw" in Object(args[0]))) return made;
      return runAgainOn(() => Reflect.apply(patient, self, args), made);
    },
    get(pool, name) {
      if (name !== "begin") return Reflect.get(pool, name);
      return (...args: Parameters<typeof patient.begin>) =>
        pool.begin(...args).catch((error) => {
          if (!isLockTimeout(error)) throw error;
          return patient.begin(...args);
        });
    },
  });
}

/** A statement starts when it is awaited, and not at all where it is a part of another. */
function runAgainOn(again: () => PromiseLike<unknown>, statement: Promise<unknown>) {
  const run = statement.then.bind(statement);
  let running: Promise<unknown> | undefined;
  // biome-ignore lint/suspicious/noThenProperty: this is where postgres.js begins, too.
  statement.then = (done, failed) => {
    running ??= run(undefined, (error: unknown) => {
      if (!isLockTimeout(error)) throw error;
      return again();
    });
    return running.then(done, failed);
  };
  return statement;
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code === "55P03";
}
