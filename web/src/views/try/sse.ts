// The data of server-sent events, as JSON. Comments and the end mark of some streams carry none.
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<Record<string, unknown>> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let held = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      held += value;
      const lines = held.split(/\r?\n/);
      held = lines.pop() ?? "";
      for (const line of lines) {
        if (line.startsWith("data:") && line.endsWith("}")) yield JSON.parse(line.slice(5));
      }
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
