import { send } from "../../api/client";
import { Problem } from "../../api/problem";

// The account's export. It can be large, so it says how much has arrived.
export async function fetchExport(onBytes: (bytes: number) => void): Promise<Blob> {
  const response = await send("/api/account/export", {});
  if (!response.ok) throw new Problem(response, await response.json().catch(() => undefined));
  const reader = response.body?.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  try {
    for (let piece = await reader?.read(); piece?.value; piece = await reader?.read()) {
      pieces.push(piece.value);
      bytes += piece.value.length;
      onBytes(bytes);
    }
  } catch {
    // MyCoach aborts the connection when storage fails, so that a part never looks like the whole.
    throw new Error("The export broke off before its end, so nothing was saved. Try again.");
  }
  return new Blob(pieces, { type: "application/json" });
}
