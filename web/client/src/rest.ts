// The REST routes of the protocol (section 6), with the token of the moment.
import type { HistoryMessage } from "./frames.ts";
import type { Platform } from "./platform.ts";

/** A session in a list (section 6). */
export interface SessionSummary {
  session_id: string;
  user_id: string;
  name: string;
  model_id: string;
  start_time: string;
  end_time?: string;
  last_activity: string;
  is_active: boolean;
  /** Seconds. */
  duration: number;
  message_count: number;
  total_tokens: number;
  /** Milliseconds. */
  max_response_time: number;
  avg_response_time: number;
  help_requested: boolean;
  admin_assisted: boolean;
  assisting_admin_name?: string;
  share_token?: string;
  share_expires_at?: string;
}

export interface SessionPage {
  sessions: SessionSummary[];
  next_cursor?: string;
  /** Only in lists of all users' sessions. */
  total?: number;
}

export interface SharedPage {
  name: string;
  messages: HistoryMessage[];
  next_before_seq?: number;
}

export interface Share {
  share_token: string;
  expires_at?: string;
}

/** One step of `Metrics.series`. Response times are in milliseconds. */
export interface MetricsStep {
  start: string;
  sessions: number;
  concurrent: number;
  tokens: number;
  p50_response_time: number;
  p95_response_time: number;
}

export interface Metrics {
  active_sessions: number;
  total_sessions: number;
  avg_concurrent: number;
  max_concurrent: number;
  total_tokens: number;
  avg_response_time: number;
  max_response_time: number;
  admin_assisted_count: number;
  help_requested_count: number;
  series: MetricsStep[];
  /** The models whose answers failed, the worst first, with a number for each step. Absent from older servers. */
  errors?: { model_id: string; count: number; series: number[] }[];
}

/** The help desk's queue. `waiting` is in seconds. */
export interface HelpQueue {
  closed_until?: string;
  waiting: { session_id: string; user_id: string; position: number; requested_at: string; waiting: number; escalations: number }[];
  assisted: { session_id: string; user_id: string; admin_id: string; taken_at: string; waiting?: number }[];
}

export interface CannedReply {
  title: string;
  content: string;
}

/** A request that the server refused, or could not serve; `status` is 0 if the server was not reached. */
export class RestError extends Error {
  readonly status: number;
  readonly code: string;
  /** Milliseconds to wait before another try. */
  readonly retryAfter: number;
  /** Why a file was refused (section 7), or empty. */
  readonly reason: string;

  constructor(status: number, code: string, message: string, retryAfter = 0, reason = "") {
    super(message);
    [this.status, this.code, this.retryAfter, this.reason] = [status, code, retryAfter, reason];
  }

  static unreachable(): RestError {
    return new RestError(0, "UNREACHABLE", "The server could not be reached.");
  }

  /** What a response that is not good says. */
  static async of(response: Response): Promise<RestError> {
    const error = (await response.json().catch(() => ({}))) as { code?: string; message?: string; reason?: string };
    const retryAfter = 1000 * (Number(response.headers.get("Retry-After")) || 0);
    return new RestError(response.status, error.code ?? "", error.message ?? `Status ${response.status}`, retryAfter, error.reason);
  }
}

type Query = Record<string, string | number | undefined>;

export class Rest {
  readonly #base: URL;
  readonly #token: () => string | null;
  readonly #fetch: Platform["fetch"];

  /**
   * @param base the address under which the server's paths lie, with a slash at its end
   * @param token returns the token to ask with
   */
  constructor(base: URL, token: () => string | null, fetcher: Platform["fetch"] = (address, init) => fetch(address, init)) {
    this.#base = base;
    this.#token = token;
    this.#fetch = fetcher;
  }

  /** The user's own sessions, latest activity first. */
  sessions(query: { limit?: number; cursor?: string | undefined; q?: string | undefined } = {}, signal?: AbortSignal): Promise<SessionPage> {
    return this.#json("GET", ["sessions"], { query, signal });
  }

  end(sessionId: string): Promise<unknown> {
    return this.#json("POST", ["sessions", sessionId, "end"]);
  }

  /** Erases a session, for good. */
  async erase(sessionId: string): Promise<void> {
    await this.#request("DELETE", ["sessions", sessionId]);
  }

  /** @param expiresIn seconds; null takes the expiry away, undefined leaves it */
  share(sessionId: string, expiresIn?: number | null): Promise<Share> {
    return this.#json("POST", ["sessions", sessionId, "share"], expiresIn === undefined ? {} : { body: { expires_in: expiresIn } });
  }

  async unshare(sessionId: string): Promise<void> {
    await this.#request("DELETE", ["sessions", sessionId, "share"]);
  }

  /** The whole conversation as one JSON document. */
  async exported(sessionId: string): Promise<Blob> {
    return (await this.#request("GET", ["sessions", sessionId, "export"])).blob();
  }

  shared(token: string, beforeSeq?: number, limit?: number): Promise<SharedPage> {
    return this.#json("GET", ["shared", token], { query: { before_seq: beforeSeq, limit } });
  }

  /** Gives a session another name. Returns the name that it has now. */
  async rename(sessionId: string, name: string, signal?: AbortSignal): Promise<string> {
    return (await this.#json<{ name: string }>("PATCH", ["sessions", sessionId], { body: { name }, signal })).name;
  }

  /** The sessions of all users; parameters as in section 6. */
  allSessions(query: Query, signal?: AbortSignal): Promise<SessionPage & { total: number }> {
    return this.#json("GET", ["admin", "sessions"], { query, signal });
  }

  metrics(start: Date, end: Date): Promise<Metrics> {
    return this.#json("GET", ["admin", "metrics"], { query: { start_time: start.toISOString(), end_time: end.toISOString() } });
  }

  helpQueue(): Promise<HelpQueue> {
    return this.#json("GET", ["admin", "help"]);
  }

  async cannedReplies(): Promise<CannedReply[]> {
    return (await this.#json<{ replies: CannedReply[] }>("GET", ["admin", "canned-replies"])).replies;
  }

  /** Any route that answers with JSON. */
  get<T>(path: string[], query: Query = {}): Promise<T> {
    return this.#json("GET", path, { query });
  }

  async #json<T>(method: string, path: string[], options: { query?: Query; body?: object; signal?: AbortSignal | undefined } = {}): Promise<T> {
    return (await this.#request(method, path, options)).json();
  }

  async #request(
    method: string,
    path: string[],
    { query = {}, body, signal }: { query?: Query; body?: object; signal?: AbortSignal | undefined } = {},
  ): Promise<Response> {
    const address = new URL(path.map(encodeURIComponent).join("/"), this.#base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== "") address.searchParams.set(name, String(value));
    }
    const token = this.#token();
    const headers: Record<string, string> = {};
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    let response: Response;
    try {
      response = await this.#fetch(address, {
        method,
        headers,
        cache: "no-store",
        keepalive: method !== "GET", // what people have changed arrives also if they leave the page at once
        ...(body && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      });
    } catch (failure) {
      if (signal?.aborted && (signal.reason as Error).name !== "TimeoutError") throw failure;
      throw RestError.unreachable();
    }
    if (response.ok) return response;
    throw await RestError.of(response);
  }
}
