import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { Confirm } from "../../ui/Confirm";
import { Table } from "../../ui/Table";
import { Day } from "../../ui/Time";
import { ChangeToken } from "./ChangeToken";
import { Ends, Limits, Name, Spent } from "./TokenCells";
import { RotateToken } from "./RotateToken";
import type { NewToken, Token } from "./scopes";

type TokenTableProps = {
  tokens: readonly Token[];
  onMade: (token: NewToken) => void;
  onDone: (text: string | null) => void;
};

export function TokenTable({ tokens, onMade, onDone }: TokenTableProps) {
  const queries = useQueryClient();
  const [open, setOpen] = useState<{ act: "change" | "rotate" | "revoke"; token: Token } | null>(null);
  const close = () => setOpen(null);
  const revoke = async (token: Token) => {
    await answer(api.DELETE("/api/tokens/{tokenId}", { params: { path: { tokenId: token.id } } }));
    onDone(`The token ${token.name} is revoked. Calls with it are refused within ten seconds.`);
    await queries.invalidateQueries({ queryKey: ["tokens"], exact: true });
    queries.removeQueries({ queryKey: ["tokens", token.id] });
  };
  return (
    <>
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
                    onClick={() => setOpen({ act, token })}
                  >
                    {words[act]}
                  </button>
                ))}
              </div>
            ),
          },
        ]}
      />
      {open?.act === "change" && <ChangeToken id={open.token.id} onDone={onDone} onClose={close} />}
      {open?.act === "rotate" && (
        <RotateToken
          token={open.token}
          onMade={(token) => {
            close();
            onDone(`The token ${token.name} has a new text.`);
            onMade(token);
          }}
          onClose={close}
        />
      )}
      {open?.act === "revoke" && (
        <Confirm
          title={`Revoke ${open.token.name}?`}
          act="Revoke token"
          onConfirm={() => revoke(open.token)}
          onClose={close}
        >
          <p>
            Programs that send {open.token.hint} are refused within ten seconds. Calls under way end as usual, and
            recorded usage stays. This cannot be undone.
          </p>
        </Confirm>
      )}
    </>
  );
}

const words = { change: "Change", rotate: "Rotate", revoke: "Revoke" };
