// The iframe's half of fitting in: it says its height, and takes light or dark from the page around it.

const schemes = /^(normal|light|dark|light dark|dark light)$/;

/**
 * Posts `{optInKit: "height", height, first?}` (CSS pixels) to the parent now and on every change, and answers the
 * parent's `{optInKit: "hello", scheme}` with it; `scheme` is the `color-scheme` of the iframe's surroundings.
 */
export function joinPage() {
  if (parent === window) return;
  const report = (first: boolean) => {
    const { height } = document.body.getBoundingClientRect();
    parent.postMessage({ optInKit: "height", height: Math.ceil(height), first }, "*");
  };
  report(true);
  new ResizeObserver(() => report(false)).observe(document.body);
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || data?.optInKit !== "hello") return;
    if (schemes.test(data.scheme)) document.documentElement.style.colorScheme = data.scheme;
    report(false);
  });
}
