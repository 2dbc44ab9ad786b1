// What a boot tells its operator to fix.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addressCautions } from "../../../server/process/cautions.ts";

for (const url of [
  "http://optin.example.com",
  "http://10.0.0.1:8080",
  "http://localhost.evil.com",
]) {
  test(`${url} gets a warning: others can read its traffic`, () => {
    assert.match(addressCautions(url).join(), new RegExp(`^PUBLIC_URL is ${url}: .*https`));
  });
}

for (const url of [
  "https://optin.example.com",
  "http://localhost:8080",
  "http://shop.localhost",
  "http://127.0.0.1:8080",
  "http://[::1]:8080",
]) {
  test(`${url} gets no warning`, () => {
    assert.deepEqual(addressCautions(url), []);
  });
}
