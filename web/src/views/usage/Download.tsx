import { useMutation } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import { explain } from "../../api/problem";
import type { EventsQuery } from "../../api/usage";
import { save } from "../../ui/save";
import { Notice } from "../../ui/Notice";

// The chosen calls as a CSV file. Fetched, because a plain link would not carry the token.
export function Download({ query }: { query: EventsQuery }) {
  const download = useMutation({
    mutationFn: () => answer(api.GET("/api/usage/export", { params: { query }, parseAs: "blob" })),
    onSuccess: (file) => save(file as unknown as Blob, fileName(query)),
  });
  return (
    <div className="row">
      {download.isError && <Notice tone="bad">The download failed: {explain(download.error)}</Notice>}
      {download.isSuccess && <span role="status">Downloaded.</span>}
      <button type="button" onClick={() => download.mutate()} disabled={download.isPending}>
        {download.isPending ? "Downloading…" : "Download CSV"}
      </button>
    </div>
  );
}

const fileName = ({ month, from, to }: EventsQuery) => `mycoach-usage-${month ?? `${from}-${to}`}.csv`;
