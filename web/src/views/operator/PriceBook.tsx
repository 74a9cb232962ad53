import { useState } from "react";
import { count } from "../../format/count";
import { price } from "../../format/money";
import { Card } from "../../ui/Card";
import { Dialog } from "../../ui/Dialog";
import { Empty } from "../../ui/Empty";
import { Notice } from "../../ui/Notice";
import { Table } from "../../ui/Table";
import { Time } from "../../ui/Time";
import { CorrectModel } from "./CorrectModel";
import { JsonDialog } from "./JsonDialog";
import { Review } from "./Review";
import type { BookProps } from "./book";
import { correctionsOf, listed, type Corrections, type ModelEntry } from "./entries";

type Open =
  { act: "model"; model: ModelEntry | null } | { act: "json" } | { act: "remove"; name: string; without: Corrections };

export function PriceBook({ book, tag, onDone }: BookProps) {
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const rows = listed(correctionsOf(book));
  return (
    <Card
      title="Price book"
      actions={
        <span className="row">
          <button type="button" onClick={() => setOpen({ act: "json" })}>
            Edit as JSON
          </button>
          <button type="button" className="primary" onClick={() => setOpen({ act: "model", model: null })}>
            Correct a model
          </button>
        </span>
      }
    >
      <p>
        {book.version === 0 ? (
          "Prices are as the program brings them. Nothing is corrected."
        ) : (
          <>
            Version {count(book.version)} is in force, stored {book.by === "feed" ? "from the feed" : "by an operator"}
            {book.at && (
              <>
                {" "}
                on <Time at={book.at} />
              </>
            )}
            {book.note && <>: “{book.note}”</>}. All that is not listed here is as the program brings it.
          </>
        )}
      </p>
      {!book.isReadable && (
        <Notice tone="warn">
          A later release stored this version. This one cannot read it, so its corrections do not apply.
        </Notice>
      )}
      {rows.length === 0 ? (
        <Empty>
          <p>A correction changes the price of a model, or adds a model, without a release.</p>
        </Empty>
      ) : (
        <Table
          caption="Corrections in force"
          rows={rows}
          rowKey={(row) => `${row.what} ${row.name}`}
          columns={[
            { name: "Corrected", cell: (row) => row.name },
            { name: "What", cell: (row) => row.what },
            { name: "Price", cell: (row) => latest(row.model) },
            {
              name: "Actions",
              cell: (row) => (
                <div className="actions">
                  {row.model && (
                    <button
                      type="button"
                      aria-label={`Change correction of ${row.name}`}
                      onClick={() => setOpen({ act: "model", model: row.model ?? null })}
                    >
                      Change
                    </button>
                  )}
                  <button
                    type="button"
                    className="danger"
                    aria-label={`Remove correction of ${row.name}`}
                    onClick={() => setOpen({ act: "remove", name: row.name, without: row.without })}
                  >
                    Remove
                  </button>
                </div>
              ),
            },
          ]}
        />
      )}
      {open?.act === "model" && (
        <CorrectModel book={book} tag={tag} entry={open.model} onDone={onDone} onClose={close} />
      )}
      {open?.act === "json" && <JsonDialog book={book} tag={tag} onDone={onDone} onClose={close} />}
      {open?.act === "remove" && (
        <Dialog title={`Remove the correction of ${open.name}?`} wide onClose={close}>
          <Review corrections={open.without} tag={tag} onDone={onDone} onBack={null} onClose={close} />
        </Dialog>
      )}
    </Card>
  );
}

function latest(model: ModelEntry | undefined): string {
  const last = model?.prices.at(-1);
  if (!last) return "–";
  return `${price(last.input)} in, ${price(last.output)} out, from ${last.effectiveFrom}`;
}
