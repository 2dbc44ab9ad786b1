// What browsers get in `npm run dev`: the server's pages, with sources in place of what was built.

const widget = /^\/widgets\/(opt-in-form|preference-toggles|profile-flag-editor)\.js$/;

/** Serves pages of the server at `address()`, with scripts and styles from the sources. */
export function livePages(front, address) {
  return async (request, response, next) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const [, tag] = widget.exec(pathname) ?? [];
    if (tag) {
      response.setHeader("Content-Type", "text/javascript");
      return response.end(`import "/widgets/${tag}/define.ts";\n`);
    }
    const isPage = /^(document|iframe)$/.test(request.headers["sec-fetch-dest"] ?? "");
    if (request.method !== "GET" || !isPage) return next();
    try {
      await answer(request, response, { front, pathname, address: address() });
    } catch (error) {
      next(error);
    }
  };
}

async function answer(request, response, { front, pathname, address }) {
  const headers = Object.fromEntries(
    ["accept", "accept-language", "cookie", "referer"].map((name) => [
      name,
      request.headers[name] ?? "",
    ]),
  );
  const answered = await fetch(address + request.url, { headers, redirect: "manual" });
  response.statusCode = answered.status;
  for (const [name, value] of answered.headers) {
    if (
      // The page's own policy would forbid what is added here.
      !/^(content-(length|encoding|security-policy)|transfer-encoding|connection|etag)$/.test(name)
    ) {
      response.setHeader(name, value);
    }
  }
  const body = await answered.text();
  const isHtml = answered.headers.get("content-type")?.startsWith("text/html");
  response.end(isHtml ? await withSources(body, pathname, front) : body);
}

async function withSources(html, pathname, front) {
  const name = /^\/embed\/(preferences|editor)/.exec(pathname)?.[1] ?? "form";
  const { pageStyles } = await front.ssrLoadModule("/widgets/embed/page-styles.ts");
  return html
    .replace(/<style>html\{color-scheme:[\s\S]*?<\/style>/, () => {
      return `<style>${pageStyles(name)}</style>`;
    })
    .replace(/\/widgets\/embed\/(\w+)-[\w-]{8}\.js/, "/widgets/embed/$1.ts")
    .replace(/\/portal\/assets\/\w+-[\w-]{8}\.js/, "/demo/portal/main.ts")
    .replace(/\/portal\/assets\/\w+-[\w-]{8}\.css/, "/demo/portal/portal.css")
    .replace(/\/site\/assets\/\w+-[\w-]{8}\.css/, "/demo/site/site.css")
    .replace("</head>", '<script type="module" src="/@vite/client"></script></head>');
}
