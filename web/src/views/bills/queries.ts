import { keepPreviousData, queryOptions, type QueryClient } from "@tanstack/react-query";
import { answer, answerWithTag, api } from "../../api/client";
import { budgetQuery } from "../../api/queries";
import { Problem } from "../../api/problem";
import type { components } from "../../api/schema";
import type { ProviderId } from "../../format/names";
import type { Asked } from "./asked";

export type Comparison = components["schemas"]["ReconciliationView"];
export type Difference = components["schemas"]["DifferenceView"];
export type ComparedGroup = components["schemas"]["ReconciledGroupView"];
export type ComparedProvider = components["schemas"]["ReconciledProviderView"];
export type Statement = components["schemas"]["StatementView"];
export type Organisation = components["schemas"]["BillingView"];

// An organisation with the tag of what is shown of it; without one until that is read.
export type Connected = { organisation: Organisation; tag: string | null };

// All keys begin with "bills", so that a reading or another admin key makes all of them read again.
const billsKey = ["bills"] as const;

// What is read of bills may count into the budget, as events of the usage.
export function readBillsAgain(queries: QueryClient) {
  for (const queryKey of [billsKey, ["usage"], budgetQuery.queryKey]) void queries.invalidateQueries({ queryKey });
}

export const organisationsQuery = queryOptions({
  queryKey: [...billsKey, "organisations"],
  queryFn: ({ signal }) => answer(api.GET("/api/billing", { signal })),
});

export const organisationQuery = (provider: ProviderId) =>
  queryOptions({
    queryKey: [...billsKey, "organisation", provider],
    queryFn: ({ signal }) =>
      answerWithTag(api.GET("/api/billing/{provider}", { params: { path: { provider } }, signal })),
  });

export const comparisonQuery = ({ month, groupBy, provider }: Asked) =>
  queryOptions({
    queryKey: [...billsKey, "comparison", month, groupBy, provider],
    queryFn: ({ signal }) => {
      const query = { month, groupBy, ...(provider && { provider }) };
      return answer(api.GET("/api/billing/reconciliation", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });

// Reads what is stored after another tab has changed it; null if that tab deleted it.
export async function readAgain(queries: QueryClient, provider: ProviderId): Promise<Connected | null> {
  try {
    // Not as a query: the card that asks it may go meanwhile, which would cancel it.
    const path = { provider };
    const { body, tag } = await answerWithTag(api.GET("/api/billing/{provider}", { params: { path } }));
    return { organisation: body, tag };
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  } finally {
    void queries.invalidateQueries({ queryKey: billsKey });
  }
}
