import { Card } from "../../ui/Card";
import { Cost } from "./Cost";
import { Refused } from "./Refused";
import type { Answer } from "./useAnswer";

// The answer as it arrives. While it does, readers of the screen hear that it is busy, not every word.
export function AnswerCard({ answer }: { answer: Answer }) {
  const { state, text, usageId, error } = answer;
  const busy = state === "waiting" || state === "answering";
  return (
    <Card title="Answer">
      {state === "none" && <p className="soft">The answer appears here as the model writes it.</p>}
      <div className="answer" aria-live="polite" aria-busy={busy}>
        {text}
      </div>
      <p className="soft" role="status">
        {words(answer)}
      </p>
      {state === "failed" && <Refused error={error} />}
      {!busy && usageId && <Cost key={usageId} usageId={usageId} />}
    </Card>
  );
}

function words({ state, end, usageId }: Answer): string {
  switch (state) {
    case "waiting":
      return "Waiting for the model…";
    case "answering":
      return "The model is writing…";
    case "stopped":
      return usageId
        ? "Stopped. The call is still metered: what the model produced until then costs what it costs."
        : "Stopped before an answer began. If the provider was at work already, the call appears in Usage.";
    case "done":
      return ends[end ?? ""] ?? "";
    default:
      return "";
  }
}

const ends: Record<string, string> = {
  max_tokens: "The answer reached its most tokens and is cut off.",
  max_output_tokens: "The answer reached its most tokens and is cut off.",
  content_filter: "The provider cut the answer off.",
  refusal: "The model refused to answer.",
};
