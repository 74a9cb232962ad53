import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { tokensQuery } from "../../api/queries";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Loaded } from "../../ui/Loaded";
import { More } from "../../ui/More";
import { Table } from "../../ui/Table";
import { Time } from "../../ui/Time";
import { activityQuery } from "./queries";
import { whatOf, whoOf } from "./words";

export function Activity() {
  const activity = useInfiniteQuery(activityQuery);
  const tokens = useQuery(tokensQuery);
  const tokenName = (id: string) => tokens.data?.tokens.find((token) => token.id === id)?.name ?? id;
  return (
    <Card title="Activity">
      <Loaded query={activity}>
        {({ pages }) => {
          const rows = pages
            .flatMap((page) => page.activity)
            .map((entry, index) => ({ ...entry, key: `${index} ${entry.at}` }));
          return rows.length === 0 ? (
            <Empty>
              <p>Nothing was done to your keys and data yet.</p>
            </Empty>
          ) : (
            <>
              <Table
                caption="What was done to your keys and data"
                rows={rows}
                rowKey={(entry) => entry.key}
                columns={[
                  { name: "When", cell: (entry) => <Time at={entry.at} /> },
                  { name: "What", cell: (entry) => `${whoOf(entry.by)} ${whatOf(entry, tokenName)}` },
                  { name: "From", cell: (entry) => entry.clientAddress ?? <span className="soft">not known</span> },
                ]}
              />
              <More query={activity} words="Show older activity" />
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}
