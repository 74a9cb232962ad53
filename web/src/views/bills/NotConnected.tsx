import type { ReactNode } from "react";
import { providerName, type ProviderId } from "../../format/names";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Console } from "./Console";
import { consoles } from "./words";

type NotConnectedProps = {
  provider: ProviderId;
  onConnect: () => void;
  onState: () => void;
  children: ReactNode;
};

export function NotConnected({ provider, onConnect, onState, children }: NotConnectedProps) {
  const name = providerName(provider);
  return (
    <Card title={`${name} organisation`}>
      <Empty>
        <p>
          Not connected. MyCoach reads the bill with an admin key of your organisation, which is made at{" "}
          <Console of={provider} />. {consoles[provider].needs} Without such a key, you can add statements of the
          console.
        </p>
        <div className="row">
          <button type="button" className="primary" onClick={onConnect}>
            Connect {name}
          </button>
          <button type="button" onClick={onState} aria-label={`Add a statement of ${name}`}>
            Add a statement
          </button>
        </div>
      </Empty>
      {children}
    </Card>
  );
}
