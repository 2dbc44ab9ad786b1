// Waits until somebody has stopped typing.

/** Resolves after `delay` ms; rejects with the signal's reason if the signal is aborted before. */
export function debounce(signal: AbortSignal, delay = 300): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, delay);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
