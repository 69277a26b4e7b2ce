import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FileAddress } from "../src/fileaddress.ts";

const OURS = "a".repeat(32);
const now = 1_000_000;

beforeEach(() => {
  vi.stubGlobal("location", new URL("https://chat.example/chatbox/"));
  vi.spyOn(Date, "now").mockReturnValue(now * 1000);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const file = (file_url: string, file_id = OURS) => ({ file_id, file_url, name: "x", mime_type: "image/png" });

test("a file is ours by its id or its origin, and nothing that no browser should open has an address", () => {
  const [ours, stored, foreign, script] = FileAddress.of(
    [file("/chatbox/files/a"), file("https://public.example/files/a"), file("https://evil.example/a", "x1"), file("javascript:alert(1)")],
    async () => null,
  );
  expect([ours!.isOurs, stored!.isOurs, foreign!.isOurs, script!.isOurs]).toEqual([true, true, false, false]);
  expect(script!.current).toBeNull();
});

test("an address that is over is renewed before it is used, with one request for all files of the message", async () => {
  const fresh = vi.fn(async () => [file(`/f/a?expires=${now + 900}`), file(`/f/b?expires=${now + 900}`, "b".repeat(32))]);
  const [one, two] = FileAddress.of([file(`/f/a?expires=${now - 1}`), file(`/f/b?expires=${now + 4}`, "b".repeat(32))], fresh);
  expect([one!.isOver, two!.isOver]).toEqual([true, true]);
  const [first, second] = await Promise.all([one!.good(), two!.good()]);
  expect([first!.pathname, second!.pathname]).toEqual(["/f/a", "/f/b"]);
  expect([one!.isOver, two!.isOver]).toEqual([false, false]);
  await one!.good();
  expect(fresh).toHaveBeenCalledTimes(1);
});

test("without a better address there is none, and a foreign one is never asked for", async () => {
  const fresh = vi.fn(async () => [file("/f/a?expires=1")]);
  const [same, foreign] = FileAddress.of([file("/f/a?expires=1"), file("https://evil.example/a?expires=1", "x1")], fresh);
  expect(await same!.renewed()).toBeNull();
  expect((await same!.good())!.href).toBe("https://chat.example/f/a?expires=1");
  expect([foreign!.isOver, await foreign!.renewed()]).toEqual([false, null]);
  expect(fresh).toHaveBeenCalledTimes(2);
});
