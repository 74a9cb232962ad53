import { queryOptions } from "@tanstack/react-query";
import { answer, answerWithTag, api } from "./client";
import type { components, paths } from "./schema";

export type UsageEvent = components["schemas"]["UsageEventView"];
export type UsageReceipt = components["schemas"]["UsageReceiptView"];
export type Price = components["schemas"]["ReceiptView"];
export type Group = components["schemas"]["GroupView"];
export type Totals = components["schemas"]["TotalsView"];
export type SummaryQuery = NonNullable<paths["/api/usage/summary"]["get"]["parameters"]["query"]>;
export type EventsQuery = NonNullable<paths["/api/usage"]["get"]["parameters"]["query"]>;

// Stands in place of a model for what is no call, but a day's bill for use of the user's key outside MyCoach.
export const outsideModel = "outside MyCoach";

export const isOutside = (call: Pick<UsageEvent, "model">) => call.model === outsideModel;

// All keys begin with "usage", so that whoever records or deletes a call makes every view read again.
export const readSummary = (query: SummaryQuery, signal: AbortSignal) =>
  answer(api.GET("/api/usage/summary", { params: { query }, signal }));

export const readEvents = (query: EventsQuery, signal: AbortSignal) =>
  answer(api.GET("/api/usage", { params: { query }, signal }));

export const summaryQuery = (query: SummaryQuery) =>
  queryOptions({ queryKey: ["usage", "summary", query], queryFn: ({ signal }) => readSummary(query, signal) });

export const eventsQuery = (query: EventsQuery) =>
  queryOptions({ queryKey: ["usage", "events", query], queryFn: ({ signal }) => readEvents(query, signal) });

export const receiptQuery = (id: string) =>
  queryOptions({
    queryKey: ["usage", "receipt", id],
    queryFn: ({ signal }) => answerWithTag(api.GET("/api/usage/{id}", { params: { path: { id } }, signal })),
  });
