export { ChatClient, type ClientEvents, type ClientOptions } from "./client.ts";
export type { State, TokenRefusal } from "./connection.ts";
export type { Entry, Note, Refusal } from "./entries.ts";
export { REMEDIES, type Remedy } from "./errors.ts";
export type * from "./frames.ts";
export { browserPlatform, type Platform, type Socket, type Wake } from "./platform.ts";
export { indexedDbStore, memoryStore, type OutboxStore, type StoredMessage } from "./store.ts";
export { claimedUser } from "./token.ts";
export { Transcript, type ResumePoint } from "./transcript.ts";
