import { Table } from "../../ui/Table";
import { Day } from "../../ui/Time";
import { Ends, Limits, Name, Spent } from "./TokenCells";
import type { TokenAct } from "./TokenDialog";
import type { Token } from "./scopes";

type TokenTableProps = { tokens: readonly Token[]; onOpen: (act: TokenAct, token: Token) => void };

export function TokenTable({ tokens, onOpen }: TokenTableProps) {
  return (
    <Table
      caption="Tokens"
      rows={tokens}
      rowKey={(token) => token.id}
      columns={[
        { name: "Name", cell: (token) => <Name token={token} /> },
        { name: "May", cell: (token) => <Limits token={token} /> },
        { name: "Expires", cell: (token) => <Ends token={token} /> },
        { name: "Last used", cell: (token) => (token.lastUsedOn ? <Day date={token.lastUsedOn} /> : "never") },
        { name: "This month", number: true, cell: (token) => <Spent token={token} /> },
        {
          name: "Actions",
          cell: (token) => (
            <div className="actions">
              {(["change", "rotate", "revoke"] as const).map((act) => (
                <button
                  key={act}
                  type="button"
                  className={act === "revoke" ? "danger" : undefined}
                  aria-label={`${words[act]} token ${token.name}`}
                  onClick={() => onOpen(act, token)}
                >
                  {words[act]}
                </button>
              ))}
            </div>
          ),
        },
      ]}
    />
  );
}

const words = { change: "Change", rotate: "Rotate", revoke: "Revoke" };
