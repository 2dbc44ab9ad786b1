// Waiting until somebody has finished typing.

/** As long as somebody may still be typing; ends with the signal's reason. */
export function briefly(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 300);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
