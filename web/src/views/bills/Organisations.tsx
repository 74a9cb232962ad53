import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { providers, type ProviderId } from "../../format/names";
import { Loaded } from "../../ui/Loaded";
import { AdminKeyForm } from "./AdminKeyForm";
import { ConnectedCard } from "./ConnectedCard";
import { ForgetKey } from "./ForgetKey";
import { InvoiceForm } from "./InvoiceForm";
import { InvoiceRow } from "./InvoiceRow";
import { NotConnected } from "./NotConnected";
import { RemoveInvoice } from "./RemoveInvoice";
import { StatementForm } from "./StatementForm";
import { invoiceOf, type Invoice } from "./invoice";
import { organisationsQuery, type Comparison, type Connected } from "./queries";

type Opened =
  | { act: "connect" | "replace" | "name" | "forget"; provider: ProviderId; connected: Connected | null }
  | { act: "state"; provider: ProviderId; isConnected: boolean }
  | { act: "enter" | "remove"; invoice: Invoice };

// Without a comparison, the invoices of its month are not known.
type OrganisationsProps = { comparison: Comparison | undefined; onDone: (text: string | null) => void };

// The organisation of each provider, with what can be done about its admin key and its bills.
export function Organisations({ comparison, onDone }: OrganisationsProps) {
  const organisations = useQuery(organisationsQuery);
  // Not in the cards: one replaces the other when another tab stores or forgets a key, and the text typed would be lost.
  const [open, setOpen] = useState<Opened | null>(null);
  return (
    <>
      <Loaded query={organisations}>
        {({ billing }) => (
          <div className="columns">
            {providers.map((provider) => {
              const listed = billing.find((organisation) => organisation.provider === provider);
              const invoice = invoiceOf(provider, comparison);
              const row = invoice && (
                <InvoiceRow invoice={invoice} onOpen={(act, shown) => setOpen({ act, invoice: shown })} />
              );
              return listed ? (
                <ConnectedCard
                  key={provider}
                  listed={listed}
                  onOpen={(act, connected) => setOpen({ act, provider, connected })}
                  onState={() => setOpen({ act: "state", provider, isConnected: true })}
                  onDone={onDone}
                >
                  {row}
                </ConnectedCard>
              ) : (
                <NotConnected
                  key={provider}
                  provider={provider}
                  onConnect={() => setOpen({ act: "connect", provider, connected: null })}
                  onState={() => setOpen({ act: "state", provider, isConnected: false })}
                >
                  {row}
                </NotConnected>
              );
            })}
          </div>
        )}
      </Loaded>
      {open && <OpenDialog open={open} onDone={onDone} onClose={() => setOpen(null)} />}
    </>
  );
}

type Ends = { onDone: (text: string | null) => void; onClose: () => void };

function OpenDialog({ open, ...ends }: { open: Opened } & Ends) {
  switch (open.act) {
    case "state":
      return <StatementForm provider={open.provider} isConnected={open.isConnected} {...ends} />;
    case "enter":
      return <InvoiceForm invoice={open.invoice} {...ends} />;
    case "remove":
      return <RemoveInvoice invoice={open.invoice} {...ends} />;
    case "forget":
      return open.connected && <ForgetKey opened={open.connected} {...ends} />;
    default:
      return <AdminKeyForm provider={open.provider} names={open.act === "name"} opened={open.connected} {...ends} />;
  }
}
