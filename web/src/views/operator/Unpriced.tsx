import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { count } from "../../format/count";
import { providerName } from "../../format/names";
import { thisMonth } from "../../format/time";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Field } from "../../ui/Field";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { Table } from "../../ui/Table";
import { CorrectModel } from "./CorrectModel";
import type { BookProps } from "./book";
import { unpricedQuery } from "./queries";

export function Unpriced({ book, tag, onDone }: BookProps) {
  const [month, setMonth] = useState(thisMonth());
  const unpriced = useQuery(unpricedQuery(month));
  const [open, setOpen] = useState<{ id: string; provider: string } | null>(null);
  return (
    <Card title="Models without a price">
      <Field label="Month" hint="In UTC.">
        <input
          type="month"
          value={month}
          max={thisMonth()}
          onChange={(change) => change.target.value && setMonth(change.target.value)}
        />
      </Field>
      <Loaded query={unpriced}>
        {({ models, isComplete }) => (
          <>
            {!isComplete && <Notice tone="warn">There was too much to read, so the counts are too low.</Notice>}
            {models.length === 0 ? (
              <Empty>
                <p>All calls of the month have a price.</p>
              </Empty>
            ) : (
              <Table
                caption="Models whose calls have no price"
                rows={models}
                rowKey={(model) => `${model.provider}/${model.model}`}
                columns={[
                  { name: "Model", cell: (model) => model.model },
                  { name: "Provider", cell: (model) => providerName(model.provider) },
                  { name: "Calls", number: true, cell: (model) => count(model.requests) },
                  { name: "Users", number: true, cell: (model) => count(model.users) },
                  {
                    name: "Actions",
                    cell: (model) => (
                      <button
                        type="button"
                        aria-label={`Add a price for ${model.model}`}
                        onClick={() => setOpen({ id: model.model, provider: model.provider })}
                      >
                        Add a price
                      </button>
                    ),
                  },
                ]}
              />
            )}
          </>
        )}
      </Loaded>
      {open && (
        <CorrectModel
          book={book}
          tag={tag}
          entry={null}
          unpriced={open}
          onDone={onDone}
          onClose={() => setOpen(null)}
        />
      )}
    </Card>
  );
}
