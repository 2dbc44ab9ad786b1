// A body that is made while it is sent.

/**
 * The text as a stream: each piece is made when the reader is ready for it, and none after the
 * reader has gone. Throws what the first piece throws.
 */
export async function streamOf(
  pieces: AsyncGenerator<string>,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let next: Promise<IteratorResult<string>> | undefined = Promise.resolve(await pieces.next());
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await (next ?? pieces.next());
      next = undefined;
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
