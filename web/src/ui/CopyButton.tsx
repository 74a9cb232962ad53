import { useState } from "react";

export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [state, setState] = useState<"ready" | "copied" | "failed">("ready");
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setState("copied"),
      () => setState("failed"),
    );
  return (
    <button type="button" onClick={() => void copy()}>
      <span aria-live="polite">
        {{ ready: label, copied: "Copied", failed: "Copying failed: select the text" }[state]}
      </span>
    </button>
  );
}
