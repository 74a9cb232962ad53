import { outsideModel, type Price } from "../../api/usage";
import { count } from "../../format/count";
import { exactMoney, price as inDollars } from "../../format/money";
import { Card } from "../../ui/Card";
import { Table } from "../../ui/Table";
import { Day } from "../../ui/Time";

type Charge = Price["charges"][number];

// The last row is the total.
type Row = { id: string; charge: Charge | null };

const kinds: Record<string, string> = {
  input: "Input",
  cachedInput: "Input read from a cache",
  cacheWrite: "Input written to a cache",
  cacheWrite1h: "Input written to a cache for an hour",
  cacheWrite12h: "Input written to a cache for 12 hours",
  audioInput: "Audio heard",
  output: "Output",
  audioOutput: "Audio spoken",
  webSearch: "Web search",
  webSearchPreview: "Web search (preview)",
  fileSearch: "File search",
  codeInterpreter: "Code interpreter session",
  imageGeneration: "Image",
  outsideUse: "Use outside MyCoach",
  imageTextInput: "Text read by the image model",
  imageInput: "Images read by the image model",
  imageOutput: "Images made",
};

// A receipt: what was used, at which price, and where the price comes from.
export function Charges({ title, price }: { title: string; price: Price }) {
  const rows: Row[] = price.charges.map((charge, index) => ({ id: `${index}`, charge }));
  rows.push({ id: "total", charge: null });
  return (
    <Card title={title}>
      <Table
        caption={`${title}: what was used and what it costs`}
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          {
            name: "Kind",
            cell: ({ charge }) => (charge ? (kinds[charge.kind] ?? charge.kind) : <strong>Total</strong>),
          },
          { name: "Count", number: true, cell: ({ charge }) => charge && count(charge.uses ?? charge.tokens) },
          { name: "Per million", number: true, cell: ({ charge }) => charge && priceOf(charge) },
          {
            name: "Cost",
            number: true,
            cell: ({ charge }) => (charge ? exactMoney(charge.costUsd) : <strong>{exactMoney(price.totalUsd)}</strong>),
          },
        ]}
      />
      {price.model === outsideModel ? (
        <p className="soft">The amount is what the provider billed; no price book knows it.</p>
      ) : (
        <PriceFacts price={price} />
      )}
    </Card>
  );
}

function PriceFacts({ price }: { price: Price }) {
  return (
    <dl className="facts">
      <dt>Prices of</dt>
      <dd>{price.model}</dd>
      <dt>Source</dt>
      <dd>
        <Source text={price.source} />
      </dd>
      <dt>In force since</dt>
      <dd>
        <Day date={price.effectiveFrom} />
      </dd>
      <dt>Price book</dt>
      <dd>{price.priceVersion === 0 ? "of the release, without corrections" : `version ${price.priceVersion}`}</dd>
      {price.terms.length > 0 && (
        <>
          <dt>Terms</dt>
          <dd>{price.terms.map(termInWords).join(", ")}</dd>
        </>
      )}
    </dl>
  );
}

function priceOf(charge: Charge) {
  if (charge.centsPerUse !== null) return `${inDollars(charge.centsPerUse)} each`;
  return inDollars(charge.centsPerMTok);
}

const termInWords = (term: string) =>
  term === "refusal" ? "the model refused before any output, which costs nothing" : term;

function Source({ text }: { text: string }) {
  if (text === "seed") return "the prices with which MyCoach began";
  if (!text.startsWith("https://")) return text;
  return (
    <a href={text} rel="noreferrer" className="address">
      {text}
    </a>
  );
}
