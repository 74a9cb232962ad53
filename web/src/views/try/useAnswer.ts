import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { send } from "../../api/client";
import { budgetQuery } from "../../api/queries";
import type { ProviderId } from "../../format/names";
import { dialects, Refusal, refusalOf, type Question } from "./providers";
import { readEvents } from "./sse";

export type Answer = {
  state: "none" | "waiting" | "answering" | "done" | "stopped" | "failed";
  text: string;
  // Why the provider ended the answer, in its own word.
  end: string | null;
  usageId: string | null;
  error: unknown;
};

const broken = "The connection broke before the end.";

const none: Answer = { state: "none", text: "", end: null, usageId: null, error: null };

// How often the text is shown while it arrives, in milliseconds.
const pace = 80;

// Asks through the gateway and shows the answer as it arrives.
export function useAnswer() {
  const queries = useQueryClient();
  const [answer, setAnswer] = useState(none);
  const abort = useRef<AbortController>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const ask = async (provider: ProviderId, question: Question, agentId: string | null) => {
    const controller = new AbortController();
    abort.current = controller;
    const { path, headers, body, piece } = dialects[provider];
    const now: Answer = { ...none, state: "waiting" };
    const show = () => abort.current === controller && setAnswer({ ...now });
    show();
    const timer = setInterval(show, pace);
    try {
      const response = await send(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers, ...(agentId && { "X-MyCoach-Agent": agentId }) },
        body: JSON.stringify(body(question)),
        signal: controller.signal,
      });
      now.usageId = response.headers.get("X-MyCoach-Usage-Id");
      if (!response.ok || !response.body) throw await refusalOf(response);
      now.state = "answering";
      let isWhole = false;
      for await (const event of readEvents(response.body)) {
        const { text, end, error, isLast } = piece(event);
        if (error) throw new Refusal(error, null);
        now.text += text ?? "";
        now.end = end ?? now.end;
        isWhole ||= isLast === true;
      }
      if (!isWhole) throw new Error(broken);
      now.state = "done";
    } catch (error) {
      now.state = controller.signal.aborted ? "stopped" : "failed";
      now.error = now.text && error instanceof TypeError ? new Error(broken) : error;
    } finally {
      clearInterval(timer);
      show();
      void queries.invalidateQueries({ queryKey: budgetQuery.queryKey });
      void queries.invalidateQueries({ queryKey: ["usage"] });
    }
  };

  return { answer, ask, stop: () => abort.current?.abort() };
}
