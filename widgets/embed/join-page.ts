// The iframe's half of sizing: says its height when it changes, and when it is asked.

/** Posts `{optInKit: "height", height}` (CSS pixels) to the parent now, on every change and on `{optInKit: "measure"}`. */
export function reportHeight() {
  if (parent === window) return;
  const report = () => {
    const { height } = document.body.getBoundingClientRect();
    parent.postMessage({ optInKit: "height", height: Math.ceil(height) }, "*");
  };
  new ResizeObserver(report).observe(document.body);
  addEventListener("message", (event) => {
    if (event.source === parent && event.data?.optInKit === "measure") report();
  });
}
