// Uploads a file with an independent tus client, pauses several times, goes on at the next server each time, and prints what it saw as one
// JSON object. Arguments: file, token, number of pauses, and the addresses of the servers' uploads.
import { readFileSync } from "node:fs";
import tus from "tus-js-client";

const [path, token, pauses, ...endpoints] = process.argv.slice(2);
const content = readFileSync(path);
const seen = { path: null, pausedAt: [], resumedAt: [], fileUrl: null, offset: null, afterEnd: null, error: null };
const options = {
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: "Größe.txt", filetype: "text/plain" },
  chunkSize: content.length / 10, // one request would be handed over as a whole before anything could pause
  retryDelays: [0, 50, 100, 200, 400, 800, 1600],
};

// Uploads from what the server has until the end, or until some more bytes are sent.
const run = (place, more) =>
  new Promise((resolve, reject) => {
    let first = null;
    const upload = new tus.Upload(content, {
      ...options,
      ...place,
      onProgress(sent) {
        first ??= sent;
        if (more === null || sent - first < more || sent === content.length) return;
        seen.pausedAt.push(sent);
        upload.abort().then(() => resolve(upload.url), reject);
        more = null;
      },
      onAfterResponse(request, response) {
        if (request.getMethod() === "HEAD") seen.resumedAt.push(Number(response.getHeader("Upload-Offset")));
        seen.fileUrl = response.getHeader("Upload-File-Url") ?? seen.fileUrl;
        seen.offset = response.getHeader("Upload-Offset") ?? seen.offset;
      },
      onSuccess: () => resolve(upload.url),
      onError: reject,
    });
    upload.start();
  });

try {
  let place = { endpoint: endpoints[0] };
  for (let n = 1; n <= Number(pauses) + 1; n++) {
    const url = new URL(await run(place, n <= pauses ? content.length / (2 * pauses) : null));
    seen.path = url.pathname;
    place = { uploadUrl: new URL(url.pathname, endpoints[n % endpoints.length]).href };
  }

  // An upload that the client gives up, and takes back from the server.
  const whole = { ...seen, pausedAt: [...seen.pausedAt], resumedAt: [...seen.resumedAt] };
  const ended = await run({ endpoint: endpoints[0] }, content.length / 4);
  await tus.Upload.terminate(ended, options);
  Object.assign(seen, whole);
  seen.afterEnd = (await fetch(ended, { method: "HEAD", headers: { ...options.headers, "Tus-Resumable": "1.0.0" } })).status;
} catch (failure) {
  seen.error = String(failure);
}

process.stdout.write(JSON.stringify(seen));
