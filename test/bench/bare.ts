// The bare server with the domain's own statements.

import { readPublicForm, submitForm } from "../../server/forms/submissions.ts";
import { listProfiles } from "../../server/profiles/read.ts";
import { databaseOptions, phoneNumber, type Server, type Stage } from "./stage.ts";
import { statementOf } from "./statement.ts";

const limits = { client: 1_000_000, address: 1_000_000, confirmations: 0 };
const evidence = { page: null, userAgent: null, language: null, clientAddress: "198.51.100.0" };

/** Starts it, on the same database and with the same key. */
export async function startBare(stage: Stage): Promise<Server> {
  const read = await statementOf(stage, (sql) =>
    listProfiles(sql, { phoneNumber: phoneNumber(0), limit: 50 }),
  );
  const { form } = await readPublicForm(stage.sql, { id: stage.forms[0] });
  const submission = {
    form,
    address: phoneNumber(0),
    origin: null,
    client: "198.51.100.1",
    evidence,
  };
  const submit = await statementOf(stage, (sql) => submitForm(sql, submission, limits));
  const { key } = stage;
  return stage.start("bare.mjs", {
    BARE: JSON.stringify({ database: databaseOptions(stage), key, read, submit }),
  });
}
