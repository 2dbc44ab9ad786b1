// How an iframe fits into its page: it reports its height, and takes light or dark and its
// direction from the page.

const schemes = /^(light|dark|light dark|dark light)$/;

/**
 * Posts `{optInKit: "height", height, first?, lang}` (CSS pixels) to the parent now and whenever it
 * changes, and in answer to the parent's `{optInKit: "hello", scheme, dir}`: the `color-scheme` and
 * direction around the iframe. `lang` is the language of this page if the parent's may replace it;
 * a page whose language is settled keeps its direction, too.
 */
export function joinPage() {
  if (parent === window) return;
  const page = document.documentElement;
  let reported = 0;
  const report = (first: boolean) => {
    reported = heightOf(document.body);
    const { lang } = page.dataset;
    parent.postMessage({ optInKit: "height", height: reported, first, lang }, "*");
  };
  report(true);
  new ResizeObserver(() => {
    if (heightOf(document.body) !== reported) report(false);
  }).observe(document.body);
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || data?.optInKit !== "hello") return;
    if (schemes.test(data.scheme)) page.style.colorScheme = data.scheme;
    if (data.dir === "rtl" && page.dataset.lang !== "") page.dir = data.dir;
    report(false);
  });
}

function heightOf(element: Element) {
  return Math.ceil(element.getBoundingClientRect().height);
}
