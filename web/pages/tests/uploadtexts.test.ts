import { RestError } from "@chatbox/client";
import { expect, test } from "vitest";
import { problemText } from "../src/uploadtexts.ts";

const say = (status: number, code: string, message: string, reason = "") => problemText({ problem: new RestError(status, code, message, 0, reason) }, 100_000_000);

test("a refused file says why in the page's own words, and what the page does not know in the server's", () => {
  expect(say(415, "UNSUPPORTED_MEDIA_TYPE", "No programs.", "type")).toBe("Files of this kind are not accepted.");
  expect(say(413, "PAYLOAD_TOO_LARGE", "", "size")).toBe("The file is too large. A file can have at most 100 MB.");
  expect(say(413, "QUOTA_EXCEEDED", "")).toMatch(/no room left/);
  expect(say(422, "FILE_REFUSED", "Not on Sundays.", "sunday")).toBe("Not on Sundays.");
  expect(say(0, "UNREACHABLE", "x")).toBe("Waits for the connection.");
  expect(problemText({ problem: null }, 1)).toBe("");
});
