import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { answer, answerWithTag, api } from "../../api/client";
import { Problem } from "../../api/problem";
import { isOutside } from "../../api/usage";
import type { ProviderId } from "../../format/names";
import type { Stored } from "./status";

export const keyQuery = (provider: ProviderId) =>
  queryOptions({
    queryKey: ["keys", provider],
    queryFn: ({ signal }) => answerWithTag(api.GET("/api/keys/{provider}", { params: { path: { provider } }, signal })),
  });

// Reads what is stored after another tab has changed it; null if that tab deleted it.
export async function readAgain(queries: QueryClient, provider: ProviderId): Promise<Stored | null> {
  try {
    // Not as a query: the card that asks it may go meanwhile, which would cancel it.
    const { body, tag } = await answerWithTag(api.GET("/api/keys/{provider}", { params: { path: { provider } } }));
    return { key: body, tag };
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  } finally {
    void queries.invalidateQueries({ queryKey: ["keys"] });
  }
}

const read = 50;

// The latest call with the key: MyCoach keeps no time of use with it. Posted events used no key.
export const lastCallQuery = (provider: ProviderId) =>
  queryOptions({
    queryKey: ["last-call", provider],
    queryFn: async ({ signal }) => {
      const query = { provider: [provider], limit: read };
      const { events } = await answer(api.GET("/api/usage", { params: { query }, signal }));
      const call = events.find((event) => /^\d{6}-gw-/.test(event.id) && !isOutside(event));
      return { at: call?.createdAt ?? null, isSure: call !== undefined || events.length < read };
    },
  });
