import { providerName, type ProviderId } from "../../format/names";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { consoles } from "./status";

export function NoKey({ provider, onAdd }: { provider: ProviderId; onAdd: () => void }) {
  const name = providerName(provider);
  return (
    <Card title={name}>
      <Empty>
        <p>
          No key is stored, so calls to {name} are refused. Create one at{" "}
          <a href={consoles[provider].address} target="_blank" rel="noreferrer">
            {consoles[provider].name}
          </a>
          , then add it here.
        </p>
        <button type="button" className="primary" onClick={onAdd}>
          Add {name} key
        </button>
      </Empty>
    </Card>
  );
}
