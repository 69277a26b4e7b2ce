import { describe, expect, test } from "vitest";
import { pageAddress, serverBase } from "../src/address.ts";

describe("where the server's paths lie", () => {
  const base = (address: string) => serverBase(new URL(address)).href;

  test.each([
    ["https://chat.example/chatbox/?session_id=1#x", "https://chat.example/chatbox/"],
    ["https://chat.example/chatbox/chat.html", "https://chat.example/chatbox/"],
    ["https://chat.example/pages/chat.html?prefix=/chatbox", "https://chat.example/chatbox/"],
    ["https://chat.example/pages/chat.html?prefix=/chatbox//&api=/other", "https://chat.example/chatbox/"],
    ["https://chat.example/pages/chat.html?api=https://chat.example/chatbox?x=1", "https://chat.example/chatbox/"],
    ["https://chat.example/pages/chat.html?api=https://chat.example", "https://chat.example/"],
  ])("%s", (address, expected) => expect(base(address)).toBe(expected));

  test.each(["//evil.example/chatbox", "https://evil.example", "https://chat.example@evil.example", "https://chat.example:8443", "javascript:alert(1)", "data:,", "http://chat.example", "https://["])(
    "no link leads to another server: %s",
    (told) => {
      for (const name of ["prefix", "api"]) {
        expect(base(`https://chat.example/chatbox/?${new URLSearchParams({ [name]: told })}`)).toBe("https://chat.example/chatbox/");
      }
    },
  );

  test("two slashes in a path name no other server", () => expect(new URL(base("https://chat.example/?prefix=https://chat.example//evil.example")).origin).toBe("https://chat.example"));
});

test("links between pages keep what concerns every page", () => {
  expect(pageAddress("", {}, "")).toBe("./");
  expect(pageAddress("sessions.html", {}, "?session_id=1&theme=dark&lang=de&new=1")).toBe("./sessions.html?theme=dark&lang=de");
  expect(pageAddress("", { session_id: "1" }, "?prefix=/x")).toBe("./?session_id=1&prefix=%2Fx");
});
