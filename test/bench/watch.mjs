// Runs in every document of a measured page, and reports in the console, once all is quiet, when
// the iframe's field was first on the screen and accepted a character.

const loaded = new Promise((resolve) => addEventListener("load", resolve));

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
    console.info(`measured ${usableAt}`);
  });
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
