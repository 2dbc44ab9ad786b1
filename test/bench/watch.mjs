// Runs in every document of a measured page, and says in the console what it saw in the iframe: when the field was first
// on the screen and took a character, and how long tasks blocked the page until all was quiet.

const loaded = new Promise((resolve) => addEventListener("load", resolve));
let blocked = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) blocked += duration - 50;
}).observe({ type: "longtask", buffered: true });

if (window !== window.parent) requestAnimationFrame(look);

function look() {
  const field = document.querySelector("input#address");
  const shown = field?.getBoundingClientRect().height > 0 && document.querySelector("button");
  if (!shown) return requestAnimationFrame(look);
  // In the frame after the one that shows it, it is on the screen.
  requestAnimationFrame(async () => {
    field.focus();
    document.execCommand("insertText", false, "0");
    const usableAt = performance.timeOrigin + performance.now();
    if (field.value !== "0") throw new Error("The field does not take what is typed.");
    await loaded;
    while (document.querySelector("opt-in-form:not([state=ready])")) await pause(50);
    await pause(500);
    console.info(`measured ${JSON.stringify({ usableAt, blocked })}`);
  });
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
