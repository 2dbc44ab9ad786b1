// Runs in every document of a measured page: notes when its field is first on the screen and can be typed into, and how
// long tasks blocked it.

window.blocked = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.blocked += duration - 50;
}).observe({ type: "longtask", buffered: true });

if (window !== window.parent) requestAnimationFrame(look);

function look() {
  const inside = document.querySelector("opt-in-form")?.shadowRoot ?? document;
  const field = inside.querySelector("input#address");
  const shown = field?.getBoundingClientRect().height > 0 && inside.querySelector("button");
  if (!shown) return requestAnimationFrame(look);
  // In the frame after the one that shows it, it is on the screen.
  requestAnimationFrame(() => {
    window.usableAt = performance.timeOrigin + performance.now();
  });
}
