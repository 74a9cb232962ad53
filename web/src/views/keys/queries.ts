import { queryOptions } from "@tanstack/react-query";
import { answer, answerWithTag, api } from "../../api/client";
import type { ProviderId } from "../../format/names";

export const keyQuery = (provider: ProviderId) =>
  queryOptions({
    queryKey: ["keys", provider],
    queryFn: ({ signal }) => answerWithTag(api.GET("/api/keys/{provider}", { params: { path: { provider } }, signal })),
  });

const read = 50;

// The latest call with the key: MyCoach keeps no time of use with it. Posted events used no key.
export const lastCallQuery = (provider: ProviderId) =>
  queryOptions({
    queryKey: ["last-call", provider],
    queryFn: async ({ signal }) => {
      const query = { provider: [provider], limit: read };
      const { events } = await answer(api.GET("/api/usage", { params: { query }, signal }));
      const call = events.find((event) => /^\d{6}-gw-/.test(event.id));
      return { at: call?.createdAt ?? null, isSure: call !== undefined || events.length < read };
    },
  });
