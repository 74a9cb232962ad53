import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Card } from "../../ui/Card";
import { Failed } from "../../ui/Failed";
import { Notice } from "../../ui/Notice";
import { save } from "../../ui/save";
import { fetchExport } from "./fetchExport";

const sizes = new Intl.NumberFormat(navigator.languages[0] ?? "en", {
  style: "unit",
  unit: "megabyte",
  maximumFractionDigits: 1,
});

const megabytes = (bytes: number) => sizes.format(bytes / 1e6);

export function Export() {
  const queries = useQueryClient();
  const [bytes, setBytes] = useState(0);
  const download = useMutation({
    mutationFn: async () => {
      const file = await fetchExport(setBytes);
      save(file, "mycoach-account.json");
      return file.size;
    },
    onMutate: () => setBytes(0),
    onSettled: () => queries.invalidateQueries({ queryKey: ["activity"] }),
  });
  return (
    <Card title="Take your data with you">
      <p>
        One JSON file with everything that MyCoach stores about you: settings, agents, tokens, all usage with its
        receipts, and this activity. Provider keys are masked.
      </p>
      <Failed error={download.error} />
      {download.isSuccess && <Notice tone="good">The export is complete: {megabytes(download.data)}.</Notice>}
      {download.isPending && (
        <p className="soft">The export is under way: {megabytes(bytes)} so far. Keep this page open.</p>
      )}
      <div className="row">
        <button
          type="button"
          aria-disabled={download.isPending || undefined}
          onClick={() => download.isPending || download.mutate()}
        >
          {download.isPending ? "Exporting…" : "Export my data"}
        </button>
      </div>
    </Card>
  );
}
