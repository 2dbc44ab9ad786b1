// biome-ignore-all lint/correctness/noInnerDeclarations: this file runs on other people's pages as ES5.
// biome-ignore-all lint/suspicious/noVar: this file runs on other people's pages as ES5.
// biome-ignore-all lint/complexity/useArrowFunction: this file runs on other people's pages as ES5.
// biome-ignore-all lint/style/useTemplate: this file runs on other people's pages as ES5.
// The loader that pages put next to the iframe: it sets the height of each of our iframes, and
// places the forms that a tag manager asked for. Written in ES5: the build only strips types.

(function (window, document) {
  var script = document.currentScript as HTMLScriptElement | null;
  if (!script) return;
  var origin = script.src.split("/").slice(0, 3).join("/");
  var tall = 4000;
  var waiting: Wanted[] = [];
  var watch: MutationObserver | undefined;
  // An element of the page may have this id, and so own this name.
  if (!Array.isArray(window.optInKit)) window.optInKit = [];
  var queue = window.optInKit;
  queue.loaded = queue.loaded || {};
  var loaded = queue.loaded;
  if (loaded[origin]) return;
  loaded[origin] = true;

  window.addEventListener("message", function (event) {
    if (event.origin !== origin || !event.data || event.data.optInKit !== "height") return;
    var height = Number(event.data.height);
    var frames = ours();
    for (var i = 0; i < frames.length; i++) {
      var frame = frames[i] as HTMLIFrameElement;
      if (frame.contentWindow === event.source && height > 0) {
        frame.style.border = "0";
        frame.style.minHeight = "0";
        frame.style.height = Math.min(height, tall) + "px";
        if (translate(frame, event.data.lang)) return;
        if (event.data.first) greet(frame);
      }
    }
  });

  // Frames that loaded before this script have already sent their height: greet them, so that they
  // send it again.
  var early = ours();
  for (var k = 0; k < early.length; k++) greet(early[k] as HTMLIFrameElement);

  // Each loader takes what names its own origin; later pushes come straight to it.
  var next = queue.push;
  queue.push = function (wanted: Wanted) {
    next.call(queue, wanted);
    want(wanted);
    return queue.length;
  };
  for (var j = 0; j < queue.length; j++) want(queue[j] as Wanted);

  function ours() {
    return document.querySelectorAll('iframe[src^="' + origin + '/embed/"]');
  }

  /**
   * Reloads a frame in the language of the page, if it came in another one only because of the
   * browser.
   */
  function translate(frame: HTMLIFrameElement, spoken: string | undefined) {
    var wanted = languageOf(frame);
    if (!spoken || !wanted || /[?&]lang=/.test(frame.src)) return false;
    if (wanted.toLowerCase().split("-")[0] === spoken) return false;
    frame.src = inLanguage(frame.src, wanted);
    return true;
  }

  function inLanguage(address: string, language: string) {
    var parts = address.split("#");
    parts[0] += (address.indexOf("?") < 0 ? "?" : "&") + "lang=" + encodeURIComponent(language);
    return parts.join("#");
  }

  /** The `lang` of an element or of the nearest element around it. */
  function languageOf(element: HTMLElement | null) {
    while (element && !element.lang) element = element.parentElement;
    return element ? element.lang : "";
  }

  /**
   * Tells one of our frames whether it is on light or dark, and the page's direction; it answers
   * with its height.
   */
  function greet(frame: HTMLIFrameElement) {
    var style = window.getComputedStyle(frame);
    var scheme = style.colorScheme;
    var meta = document.querySelector<HTMLMetaElement>('meta[name="color-scheme"]');
    if (scheme === "normal" && meta) scheme = meta.content;
    var hello = { optInKit: "hello", scheme: scheme, dir: style.direction };
    if (frame.contentWindow) frame.contentWindow.postMessage(hello, "*");
  }

  function want(wanted: Wanted) {
    if (!wanted || wanted.from !== origin || place(wanted)) return;
    waiting.push(wanted);
    if (watch) return;
    watch = new MutationObserver(placeWaiting);
    watch.observe(document.documentElement, { childList: true, subtree: true });
  }

  function placeWaiting() {
    waiting = waiting.filter(function (wanted) {
      return !place(wanted);
    });
    if (waiting.length || !watch) return;
    watch.disconnect();
    watch = undefined;
  }

  /** True once the form is where it was asked for, even if it was there before. */
  function place(wanted: Wanted) {
    var into: Element | null;
    try {
      into = document.querySelector(wanted.into);
    } catch (_) {
      // Not a selector: it must not stop the others.
      return true;
    }
    if (!into) return false;
    var address = origin + "/embed/forms/" + encodeURIComponent(wanted.form);
    if (into.querySelector('iframe[src^="' + address + '"]')) return true;
    var language = languageOf(into as HTMLElement);
    var frame = document.createElement("iframe");
    frame.title = wanted.title;
    frame.setAttribute(
      "sandbox",
      "allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox",
    );
    frame.setAttribute("referrerpolicy", "strict-origin");
    frame.setAttribute("width", "100%");
    frame.setAttribute("height", "420");
    frame.setAttribute("frameborder", "0");
    frame.style.border = "0";
    frame.style.width = "100%";
    frame.style.minHeight = "420px";
    frame.src = language ? inLanguage(address, language) : address;
    into.appendChild(frame);
    return true;
  }
})(window, document);

/** What the tag manager's snippet puts into the queue. */
type Wanted = { from: string; form: string; into: string; title: string };

export {};

declare global {
  interface Window {
    optInKit?: Wanted[] & { loaded?: Record<string, boolean> };
  }
}
