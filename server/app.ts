// The app: middleware, one place where errors become answers, and the routes.

import { join } from "node:path";
import { Hono } from "hono";
import { root } from "./env/root.ts";
import { answerProblem } from "./http/answer-problem.ts";
import { authenticate } from "./http/authenticate.ts";
import { logUnbelievedProxy } from "./http/client.ts";
import { largeBodies, takeWholeBody } from "./http/large-bodies.ts";
import { limitBody } from "./http/limit-body.ts";
import { logRequests } from "./http/log.ts";
import { notFoundAmong } from "./http/not-found.ts";
import { secureHeaders } from "./http/secure-headers.ts";
import type { AppEnv, Services } from "./http/services.ts";
import { onlyIf } from "./http/switch.ts";
import { assets } from "./routes/assets.ts";
import { docs } from "./routes/docs.ts";
import { embedEditor } from "./routes/embed/editor.ts";
import { embed } from "./routes/embed/forms.ts";
import { embedPreferences } from "./routes/embed/preferences.ts";
import { health } from "./routes/health.ts";
import { meta } from "./routes/inbound/meta.ts";
import { twilio } from "./routes/inbound/twilio.ts";
import { portal } from "./routes/portal.ts";
import { confirms } from "./routes/public/confirm.ts";
import { editor } from "./routes/public/editor.ts";
import { publicForms } from "./routes/public/forms.ts";
import { preferences } from "./routes/public/preferences.ts";
import { codeConfirmer, submitter } from "./routes/public/submit.ts";
import { unsubscribes } from "./routes/public/unsubscribe.ts";
import { session } from "./routes/session.ts";
import { site } from "./routes/site.ts";
import { broadcasts } from "./routes/v1/broadcasts.ts";
import { canSend } from "./routes/v1/can-send.ts";
import { forms } from "./routes/v1/forms.ts";
import { inbounds } from "./routes/v1/inbounds.ts";
import { keys } from "./routes/v1/keys.ts";
import { links } from "./routes/v1/links.ts";
import { messages } from "./routes/v1/messages.ts";
import { profiles } from "./routes/v1/profiles/profiles.ts";
import { rules } from "./routes/v1/rules.ts";
import { sampleData } from "./routes/v1/sample-data.ts";
import { sessions } from "./routes/v1/sessions.ts";
import { signInLinks } from "./routes/v1/sign-in-links.ts";
import { statistics } from "./routes/v1/statistics.ts";

/** The whole HTTP side of one server. The built pages and widgets are read from `dist`. */
export function createApp(services: Services, dist = join(root, "dist")) {
  const submit = submitter(services);
  const confirmCode = codeConfirmer(services);
  const api = new Hono<AppEnv>({ strict: false })
    .use(async (c, next) => {
      c.set("services", services);
      c.set("sql", services.sql);
      await next();
    })
    .use(secureHeaders(services))
    .use(takeWholeBody)
    .use(logRequests)
    .use(logUnbelievedProxy(services))
    .use(limitBody)
    .use("/v1/*", authenticate(services))
    .use("/site/*", onlyIf(services.site ?? true))
    .use("/docs/*", onlyIf(services.docs ?? true))
    .use("/openapi.json", onlyIf(services.docs ?? true))
    .use("/v1/broadcasts/*", largeBodies)
    .use("/v1/can-send", largeBodies)
    .use("/v1/messages/batch", largeBodies)
    .use("/v1/messages/inbounds", largeBodies)
    .use("/v1/profiles/import", largeBodies)
    .route("/v1/profiles", profiles)
    .route("/v1/profiles", links)
    .route("/v1/can-send", canSend)
    .route("/v1/forms", forms)
    .route("/v1/rules", rules)
    .route("/v1/messages/inbounds", inbounds)
    .route("/v1/messages", messages)
    .route("/v1/broadcasts", broadcasts)
    .route("/v1/keys", keys)
    .route("/v1/sign-in-links", signInLinks)
    .route("/v1/sessions", sessions)
    .route("/v1/statistics", statistics)
    .route("/v1/sample-data", sampleData)
    .route("/inbound", twilio)
    .route("/inbound", meta)
    .route("/public/forms", publicForms({ submit, confirmCode }))
    .route("/public/confirm", confirms(services, dist))
    .route("/public/preferences", preferences)
    .route("/public/editor", editor)
    .route("/public/unsubscribe", unsubscribes(services, dist))
    .route("/embed", embed(dist, { submit, confirmCode }))
    .route("/embed/preferences", embedPreferences(dist))
    .route("/embed/editor", embedEditor(dist))
    // As version 0.1 called it: links and pages of that time go on.
    .route("/public/flags", editor)
    .route("/embed/flags", embedEditor(dist))
    .route("/session", session(services))
    .route("/site", site(dist))
    .route("/", portal(dist, services))
    .route("/", health)
    .route("/", assets(dist))
    .onError(answerProblem);
  const app = api.route("/", docs(api as unknown as Hono<AppEnv>));
  app.notFound(notFoundAmong(app.routes));
  return app;
}

/** The type from which a typed client is made: `hc<Api>(url)`. */
export type Api = ReturnType<typeof createApp>;
