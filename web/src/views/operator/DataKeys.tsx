import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { Confirm } from "../../ui/Confirm";
import { Loaded } from "../../ui/Loaded";
import { Table } from "../../ui/Table";
import { Time } from "../../ui/Time";
import { Rotation } from "./Rotation";
import { dataKeysQuery } from "./queries";

export function DataKeys({ onDone }: { onDone: (text: string | null) => void }) {
  const queries = useQueryClient();
  const keys = useQuery(dataKeysQuery);
  const [rotating, setRotating] = useState(false);
  const rotate = async () => {
    const rotated = await answer(api.POST("/api/admin/data-keys/rotate"));
    queries.setQueryData(dataKeysQuery.queryKey, rotated);
    onDone("A new data key is made. The timer encrypts all provider keys again with it.");
  };
  return (
    <Card
      title="Data keys"
      actions={
        <button type="button" onClick={() => setRotating(true)}>
          Rotate data key
        </button>
      }
    >
      <p className="soft">
        A data key encrypts the users’ provider keys, and a key in the vault wraps it. Rotate it once a year, and when
        it may have leaked. Users need to do nothing.
      </p>
      <Loaded query={keys}>
        {({ dataKeys, rotation }) => (
          <>
            <Table
              caption="Data keys by age"
              rows={dataKeys}
              rowKey={(key) => key.id}
              columns={[
                { name: "Id", cell: (key) => <code>{key.id}</code> },
                { name: "Use", cell: (key) => (key.isCurrent ? <Badge tone="good">Encrypts</Badge> : "only decrypts") },
                { name: "Made", cell: (key) => (key.createdAt ? <Time at={key.createdAt} /> : "not known") },
                {
                  name: "Wrapped by",
                  cell: (key) => (key.wrappedBy ? <code>{key.wrappedBy}</code> : "nothing: the local data key"),
                },
              ]}
            />
            {rotation && <Rotation rotation={rotation} />}
          </>
        )}
      </Loaded>
      {rotating && (
        <Confirm title="Rotate the data key?" act="Rotate" onConfirm={rotate} onClose={() => setRotating(false)}>
          <p>
            MyCoach makes a new data key and encrypts all provider keys again with it, in the background. The earlier
            data keys are deleted when nothing needs them.
          </p>
        </Confirm>
      )}
    </Card>
  );
}
