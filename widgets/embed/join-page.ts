// The iframe's half of fitting in: it says its height, and takes light or dark and its direction from the page around it.

const schemes = /^(light|dark|light dark|dark light)$/;

/**
 * Posts `{optInKit: "height", height, first?}` (CSS pixels) to the parent now and whenever it changes, and answers the
 * parent's `{optInKit: "hello", scheme, dir}` with it: `color-scheme` and direction of the iframe's surroundings.
 */
export function joinPage() {
  if (parent === window) return;
  const page = document.documentElement;
  let reported = 0;
  const report = (first: boolean) => {
    reported = heightOf(document.body);
    parent.postMessage({ optInKit: "height", height: reported, first }, "*");
  };
  report(true);
  new ResizeObserver(() => {
    if (heightOf(document.body) !== reported) report(false);
  }).observe(document.body);
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || data?.optInKit !== "hello") return;
    if (schemes.test(data.scheme)) page.style.colorScheme = data.scheme;
    if (/^(ltr|rtl)$/.test(data.dir) && page.dir !== data.dir) page.dir = data.dir;
    report(false);
  });
}

function heightOf(element: Element) {
  return Math.ceil(element.getBoundingClientRect().height);
}
