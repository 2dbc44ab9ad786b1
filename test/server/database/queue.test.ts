// postgres.js slows down as it runs, unless its queue is patched (patches/).

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";

type Queue = {
  length: number;
  push(item: object): object;
  shift(): object | undefined;
  remove(item: object): object | null;
};

const require = createRequire(import.meta.url);
const folder = dirname(dirname(dirname(require.resolve("postgres"))));
const load = async (path: string): Promise<(initial: object[]) => Queue> => {
  const module = await import(join(folder, path));
  return module.default;
};

/** Storage that records how long it ever was and how many slots were searched. */
class Watched extends Array<object> {
  static longest = 0;
  static searched = 0;

  override push(...items: object[]): number {
    const length = super.push(...items);
    Watched.longest = Math.max(Watched.longest, length);
    return length;
  }

  override indexOf(item: object, from = 0): number {
    const found = super.indexOf(item, from);
    Watched.searched += (found === -1 ? this.length : found) - from;
    return found;
  }
}

for (const path of ["src/queue.js", "cjs/src/queue.js"]) {
  test(`${path}: a queue that is never empty does not grow`, async () => {
    Watched.longest = 0;
    const queue = (await load(path))(Watched.from([{}, {}]));
    for (let turn = 0; turn < 10_000; turn++) {
      queue.push({});
      queue.shift();
    }
    assert.equal(queue.length, 2);
    assert.ok(Watched.longest < 200, `the storage grew to ${Watched.longest} slots`);
  });

  test(`${path}: removing the first item searches no slots that are already free`, async () => {
    const queue = (await load(path))(Watched.from([{}, {}]));
    Watched.searched = 0;
    for (let turn = 0; turn < 1_000; turn++) {
      const item = queue.push({});
      queue.shift();
      queue.remove(item);
      queue.push(item);
    }
    assert.ok(Watched.searched < 5_000, `${Watched.searched} slots were searched`);
  });

  test(`${path}: items come out in the order they went in, without the removed ones`, async () => {
    const queue = (await load(path))([]);
    const items = Array.from({ length: 500 }, (_, number) => ({ number }));
    for (const item of items) queue.push(item);
    const out = Array.from({ length: 300 }, () => queue.shift());
    queue.remove(items[400] as object);
    while (queue.length > 0) out.push(queue.shift());
    assert.deepEqual(
      out,
      items.filter(({ number }) => number !== 400),
    );
  });
}
