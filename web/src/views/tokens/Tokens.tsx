import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { tokensQuery } from "../../api/queries";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { View } from "../../ui/View";
import { CreateToken } from "./CreateToken";
import { TokenDialog, type TokenAct } from "./TokenDialog";
import { TokenTable } from "./TokenTable";
import { TokenText } from "./TokenText";
import type { NewToken, Token } from "./scopes";
import "./tokens.css";

export default function Tokens() {
  const tokens = useQuery(tokensQuery);
  const [creating, setCreating] = useState(false);
  // Not in the table, which goes with the last token, such as when another tab revokes it.
  const [open, setOpen] = useState<{ act: TokenAct; token: Token } | null>(null);
  const [made, setMade] = useState<NewToken | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const create = (
    <button type="button" className="primary" onClick={() => setCreating(true)}>
      New token
    </button>
  );
  return (
    <View
      title="Tokens"
      lead="A token lets a program call models or read usage as you, without your sign-in. Give each program one of its own: then you see what it costs, and can revoke it alone."
    >
      {done && <Notice tone="good">{done}</Notice>}
      <Card title="Your tokens" actions={create}>
        <Loaded query={tokens}>
          {(list) =>
            list.tokens.length === 0 ? (
              <Empty>
                <p>You have no tokens. Make one for Claude Code, Codex, an SDK or a CI job.</p>
              </Empty>
            ) : (
              <TokenTable tokens={list.tokens} onOpen={(act, token) => setOpen({ act, token })} />
            )
          }
        </Loaded>
      </Card>
      {creating && (
        <CreateToken
          onMade={(token) => {
            setCreating(false);
            setDone(`The token ${token.name} is made.`);
            setMade(token);
          }}
          onClose={() => setCreating(false)}
        />
      )}
      {open && <TokenDialog {...open} onMade={setMade} onDone={setDone} onClose={() => setOpen(null)} />}
      {made && <TokenText token={made} onClose={() => setMade(null)} />}
    </View>
  );
}
