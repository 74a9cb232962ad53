import type { components } from "../../api/schema";
import { count } from "../../format/count";
import { price } from "../../format/money";
import { Table } from "../../ui/Table";

type Prices = components["schemas"]["PricesView"];
type RateSet = Partial<Record<keyof components["schemas"]["RatesView"], number | null>>;
type Row = { name: string; times?: number | null; rates?: RateSet | null; confirmed?: boolean };

const columns: readonly [string, keyof RateSet][] = [
  ["Input", "inputPerMTok"],
  ["Cached", "cachedInputPerMTok"],
  ["Cache write", "cacheWritePerMTok"],
  ["for 1 h", "cacheWrite1hPerMTok"],
  ["for 12 h", "cacheWrite12hPerMTok"],
  ["Output", "outputPerMTok"],
];

// Every price of a model, in dollars per million tokens.
export function Rates({ prices }: { prices: Prices }) {
  const rows = rowsOf(prices);
  const shown = columns.filter(([, member]) => rows.some((row) => typeof row.rates?.[member] === "number"));
  return (
    <>
      <h3>US dollars per million tokens</h3>
      <Table
        caption="Prices of the model"
        rows={rows}
        rowKey={(row) => row.name}
        columns={[
          { name: "Calls", cell: (row) => `${row.name}${row.confirmed === false ? " (not confirmed)" : ""}` },
          ...shown.map(([name, member], index) => ({
            name,
            number: true,
            cell: (row: Row) => {
              if (row.times) return index === 0 ? `× ${count(row.times)}` : "";
              const cents = row.rates?.[member];
              return typeof cents === "number" ? price(cents) : "–";
            },
          })),
        ]}
      />
      {prices.audioInputPerMTok !== null && <p>Audio that it hears: {price(prices.audioInputPerMTok)}</p>}
      {prices.audioOutputPerMTok !== null && <p>Audio that it speaks: {price(prices.audioOutputPerMTok)}</p>}
    </>
  );
}

function rowsOf(prices: Prices): Row[] {
  const { longContext, fineTuned } = prices;
  const term = (kind: string) => (term: components["schemas"]["TermView"]) => ({
    name: `${kind} ${term.name}`,
    times: term.times,
    rates: term.prices,
    confirmed: term.confirmed,
  });
  return [
    { name: "Usual", rates: prices },
    ...(longContext ? [{ name: `Over ${count(longContext.aboveInputTokens)} input tokens`, rates: longContext }] : []),
    ...prices.tiers.map(term("Service tier")),
    ...prices.speeds.map(term("Speed")),
    ...prices.geographies.map(term("Geography")),
    ...(fineTuned ? [{ name: "Fine-tuned", rates: fineTuned, confirmed: fineTuned.confirmed }] : []),
  ];
}
