import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { count } from "../../format/count";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { Confirm } from "../../ui/Confirm";
import { Empty } from "../../ui/Empty";
import { Loaded } from "../../ui/Loaded";
import { More } from "../../ui/More";
import { Table } from "../../ui/Table";
import { Time } from "../../ui/Time";
import type { BookProps } from "./book";
import { versionsQuery } from "./queries";

export function Versions({ book, onDone }: BookProps) {
  const queries = useQueryClient();
  const versions = useInfiniteQuery(versionsQuery);
  const [reverting, setReverting] = useState<number | null>(null);
  const revert = async (version: number) => {
    const stored = await answer(
      api.POST("/api/admin/prices/versions/{version}/revert", { params: { path: { version: `${version}` } } }),
    );
    onDone(`Version ${count(stored.version)} has the corrections of version ${count(version)}.`);
    void queries.invalidateQueries({ queryKey: ["operator", "prices"] });
    void queries.invalidateQueries({ queryKey: ["models"] });
  };
  return (
    <Card
      title="Versions"
      actions={
        book.version > 0 && (
          <button type="button" onClick={() => setReverting(0)}>
            Remove all corrections
          </button>
        )
      }
    >
      <Loaded query={versions}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.versions);
          return rows.length === 0 ? (
            <Empty>
              <p>No version was stored yet. Each change of the corrections becomes one, and stays.</p>
            </Empty>
          ) : (
            <>
              <Table
                caption="Versions of the price book"
                rows={rows}
                rowKey={(version) => `${version.version}`}
                columns={[
                  { name: "Version", cell: (version) => count(version.version) },
                  { name: "Stored", cell: (version) => <Time at={version.at} /> },
                  { name: "By", cell: (version) => version.by },
                  { name: "Note", cell: (version) => version.note ?? "–" },
                  { name: "Corrects", cell: (version) => version.corrected.join(", ") || "nothing" },
                  {
                    name: "Actions",
                    cell: (version) =>
                      version.version === book.version ? (
                        <Badge tone="good">In force</Badge>
                      ) : (
                        <button
                          type="button"
                          aria-label={`Go back to version ${version.version}`}
                          onClick={() => setReverting(version.version)}
                        >
                          Go back to
                        </button>
                      ),
                  },
                ]}
              />
              <More query={versions} words="Show older versions" />
            </>
          );
        }}
      </Loaded>
      {reverting !== null && (
        <Confirm
          title={reverting === 0 ? "Remove all corrections?" : `Go back to version ${count(reverting)}?`}
          act={reverting === 0 ? "Remove all" : "Go back"}
          onConfirm={() => revert(reverting)}
          onClose={() => setReverting(null)}
        >
          <p>
            {reverting === 0
              ? "All prices are then as the program brings them. This is stored as a new version; the others stay."
              : "Its corrections are stored as a new version; the others stay."}{" "}
            Recorded calls keep their prices.
          </p>
        </Confirm>
      )}
    </Card>
  );
}
