import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import { isStale } from "../../api/problem";
import type { Corrections } from "./entries";

// Has the API check corrections without storing them. They are made when the check begins.
export function useCheck(tag: string | null, make: () => Corrections, onChecked: (corrections: Corrections) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const corrections = make();
      const params = { query: { preview: "true" }, header: { "If-Match": tag ?? undefined } };
      await answer(api.PUT("/api/admin/prices", { params, body: corrections }));
      return corrections;
    },
    onSuccess: onChecked,
    onError: (error) => isStale(error) && queries.invalidateQueries({ queryKey: ["operator", "prices"] }),
  });
}
