// Addresses: every page has its own, links work as links, and the back button goes back.

/** Fired at the window when the address has changed. */
export const navigated = "portal-navigated";

/** Goes to a page of the portal; `replace` replaces the entry in the history. */
export function navigate(path: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  window.dispatchEvent(new Event(navigated));
}

/**
 * Lets plain clicks on links to pages of the portal go there without loading the document again.
 */
export function followLinks(isPage: (path: string) => boolean): void {
  window.addEventListener("popstate", () => window.dispatchEvent(new Event(navigated)));
  document.addEventListener("click", (event) => {
    const plain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!plain || event.defaultPrevented) return;
    const link = event.composedPath().find((target) => target instanceof HTMLAnchorElement);
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin)
      return;
    // The browser handles a link to a place on the same page.
    if (!isPage(link.pathname) || (link.hash && link.pathname === location.pathname)) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}
