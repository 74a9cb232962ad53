import { useState } from "react";
import { count } from "../../format/count";
import { price } from "../../format/money";
import { providerName } from "../../format/names";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Table } from "../../ui/Table";
import { FilterFields } from "./FilterFields";
import { ModelDetails } from "./ModelDetails";
import { State } from "./State";
import { noFilter, passes, type Model, type ModelList } from "./model";

const cents = (value: number | null) => (value === null ? "–" : price(value));
const tokens = (value: number | null) => (value === null ? "unknown" : count(value));

export function ModelsCard({ list, defaultModel }: { list: ModelList; defaultModel: string | null }) {
  const [filter, setFilter] = useState(noFilter);
  const [open, setOpen] = useState<Model | null>(null);
  const shown = list.models.filter((model) => passes(model, filter));
  return (
    <Card title="All models">
      <FilterFields filter={filter} kinds={[...new Set(list.models.map((model) => model.kind))]} onChange={setFilter} />
      <p className="soft small" role="status">
        {count(shown.length)} of {count(list.models.length)} models. Prices are US dollars per million tokens
        {list.priceVersion > 0 && `, by version ${count(list.priceVersion)} of the price book`}.
      </p>
      {shown.length === 0 ? (
        <Empty>
          <p>No model passes these filters.</p>
          <button type="button" onClick={() => setFilter(noFilter)}>
            Clear filters
          </button>
        </Empty>
      ) : (
        <Table
          caption="Models and prices"
          rows={shown}
          rowKey={(model) => `${model.provider}/${model.id}`}
          columns={[
            {
              name: "Model",
              cell: (model) => (
                <button type="button" className="link" onClick={() => setOpen(model)}>
                  {model.id}
                </button>
              ),
            },
            { name: "Provider", cell: (model) => providerName(model.provider) },
            { name: "Kind", cell: (model) => model.kind },
            { name: "State", cell: (model) => <State model={model} isDefault={model.id === defaultModel} /> },
            { name: "Input", number: true, cell: (model) => cents(model.prices.inputPerMTok) },
            { name: "Cached", number: true, cell: (model) => cents(model.prices.cachedInputPerMTok) },
            { name: "Output", number: true, cell: (model) => cents(model.prices.outputPerMTok) },
            { name: "Context", number: true, cell: (model) => tokens(model.maxInputTokens) },
            { name: "Longest answer", number: true, cell: (model) => tokens(model.maxOutputTokens) },
          ]}
        />
      )}
      {open && <ModelDetails model={open} onClose={() => setOpen(null)} />}
    </Card>
  );
}
