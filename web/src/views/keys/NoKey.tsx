import { useState } from "react";
import { providerName, type ProviderId } from "../../format/names";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { KeyForm } from "./KeyForm";
import { consoles } from "./status";

export function NoKey({ provider, onDone }: { provider: ProviderId; onDone: (text: string | null) => void }) {
  const [adding, setAdding] = useState(false);
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
        <button type="button" className="primary" onClick={() => setAdding(true)}>
          Add {name} key
        </button>
      </Empty>
      {adding && <KeyForm provider={provider} stored={null} onDone={onDone} onClose={() => setAdding(false)} />}
    </Card>
  );
}
