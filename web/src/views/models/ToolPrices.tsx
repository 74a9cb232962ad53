import { price } from "../../format/money";
import { providerName } from "../../format/names";
import { Card } from "../../ui/Card";
import { Table } from "../../ui/Table";
import { Day } from "../../ui/Time";
import { Source } from "./Source";
import type { ModelList } from "./model";

const names: Record<string, string> = {
  webSearch: "Web search",
  webSearchPreview: "Web search preview",
  fileSearch: "File search",
  codeInterpreter: "Code interpreter",
  imageGeneration: "Image generation",
};

// What tools cost that the providers run.
export function ToolPrices({ list }: { list: ModelList }) {
  return (
    <Card title="Tools of the providers">
      <Table
        caption="Prices of tools"
        rows={list.tools}
        rowKey={(tool) => `${tool.provider} ${tool.kind} ${tool.models?.join() ?? ""}`}
        columns={[
          { name: "Tool", cell: (tool) => names[tool.kind] ?? tool.kind },
          { name: "Provider", cell: (tool) => providerName(tool.provider) },
          { name: "Models", cell: (tool) => tool.models?.join(", ") ?? "all others" },
          {
            name: "Each use",
            number: true,
            cell: (tool) => `${price(tool.centsPerUse)}${tool.estimated ? " (estimate)" : ""}`,
          },
          { name: "Source", cell: (tool) => <Source source={tool.source} /> },
          { name: "Compared", cell: (tool) => <Day date={tool.checkedOn} /> },
        ]}
      />
      <h3>Models of OpenAI’s image tool, US dollars per million tokens</h3>
      <Table
        caption="Prices of image models"
        rows={list.imageModels}
        rowKey={(model) => model.id}
        columns={[
          { name: "Model", cell: (model) => model.id },
          { name: "Text read", number: true, cell: (model) => price(model.textInputPerMTok) },
          { name: "Images read", number: true, cell: (model) => price(model.imageInputPerMTok) },
          { name: "Output", number: true, cell: (model) => price(model.outputPerMTok) },
          {
            name: "An image",
            number: true,
            cell: (model) => {
              const prices = model.images.map((image) => image.centsPerImage);
              return prices.length > 0 ? `${price(Math.min(...prices))} to ${price(Math.max(...prices))}` : "–";
            },
          },
          { name: "Source", cell: (model) => <Source source={model.source} /> },
          { name: "Compared", cell: (model) => <Day date={model.checkedOn} /> },
        ]}
      />
    </Card>
  );
}
