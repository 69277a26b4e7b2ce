// Asks a Dify server one question with an independent client and prints what it understood, as one JSON object.
import { createDifyProvider } from "dify-ai-provider";

const [endpoint, question, conversation] = process.argv.slice(2);
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const model = createDifyProvider({ baseURL: endpoint })("app", { apiKey: "sk-test-key", responseMode: "streaming", logger: silent });
const headers = { "user-id": "user-1", ...(conversation ? { "chat-id": conversation } : {}) };
const seen = { text: "", conversationId: null, finishReason: null, promptTokens: null, completionTokens: null, error: null };

try {
  const { stream } = await model.doStream({ prompt: [{ role: "user", content: [{ type: "text", text: question }] }], headers });
  for await (const part of stream) {
    if (part.type === "text-delta") seen.text += part.delta;
    if (part.type === "error") seen.error = String(part.error);
    const meta = part.providerMetadata?.difyWorkflowData;
    if (meta?.conversationId) seen.conversationId = meta.conversationId;
    if (part.type !== "finish") continue;
    seen.finishReason = part.finishReason;
    seen.promptTokens = part.usage.inputTokens;
    seen.completionTokens = part.usage.outputTokens;
  }
} catch (failure) {
  seen.error = `${failure.statusCode ?? ""} ${failure.message}`.trim();
}

process.stdout.write(JSON.stringify(seen));
