import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { providers, type ProviderId } from "../../format/names";
import { Loaded } from "../../ui/Loaded";
import { AdminKeyForm } from "./AdminKeyForm";
import { ConnectedCard } from "./ConnectedCard";
import { ForgetKey } from "./ForgetKey";
import { NotConnected } from "./NotConnected";
import { StatementForm } from "./StatementForm";
import { organisationsQuery, type Connected } from "./queries";

type Act = "connect" | "replace" | "name" | "forget" | "state";
type Opened = { act: Act; provider: ProviderId; connected: Connected | null };

// The organisation of each provider, with what can be done about its admin key.
export function Organisations({ onDone }: { onDone: (text: string | null) => void }) {
  const organisations = useQuery(organisationsQuery);
  // Not in the cards: one replaces the other when another tab stores or forgets a key, and the text typed would be lost.
  const [open, setOpen] = useState<Opened | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Loaded query={organisations}>
        {({ billing }) => (
          <div className="columns">
            {providers.map((provider) => {
              const listed = billing.find((organisation) => organisation.provider === provider);
              return listed ? (
                <ConnectedCard
                  key={provider}
                  listed={listed}
                  onOpen={(act, connected) => setOpen({ act, provider, connected })}
                  onDone={onDone}
                />
              ) : (
                <NotConnected
                  key={provider}
                  provider={provider}
                  onOpen={(act) => setOpen({ act, provider, connected: null })}
                />
              );
            })}
          </div>
        )}
      </Loaded>
      {open?.act === "state" && <StatementForm provider={open.provider} onDone={onDone} onClose={close} />}
      {open && open.act !== "forget" && open.act !== "state" && (
        <AdminKeyForm
          provider={open.provider}
          names={open.act === "name"}
          opened={open.connected}
          onDone={onDone}
          onClose={close}
        />
      )}
      {open?.act === "forget" && open.connected && (
        <ForgetKey opened={open.connected} onDone={onDone} onClose={close} />
      )}
    </>
  );
}
