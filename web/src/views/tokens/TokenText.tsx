import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { modelsQuery } from "../../api/queries";
import { CopyButton } from "../../ui/CopyButton";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Notice } from "../../ui/Notice";
import { snippetsOf } from "./snippets";
import type { NewToken } from "./scopes";

// The text of a token, which only this dialog shows, and the lines that a client needs.
export function TokenText({ token, onClose }: { token: NewToken; onClose: () => void }) {
  const models = useQuery(modelsQuery);
  const [client, setClient] = useState(0);
  const snippets = snippetsOf(token, models.data?.models ?? []);
  const snippet = snippets[client] ?? snippets[0];
  return (
    <Dialog title={`The token ${token.name}`} wide stays onClose={onClose}>
      <div className="token-text">
        <Notice tone="warn">Copy it now. MyCoach stores only a hash of it and cannot show it again.</Notice>
        <Field label="Token">
          <input className="code" readOnly value={token.token} onFocus={(focus) => focus.target.select()} />
        </Field>
        <div className="row">
          <CopyButton text={token.token} label="Copy token" />
        </div>
        {snippet && (
          <>
            <Field label="Use it in">
              <select value={client} onChange={(change) => setClient(Number(change.target.value))}>
                {snippets.map((other, index) => (
                  <option key={other.client} value={index}>
                    {other.client}
                  </option>
                ))}
              </select>
            </Field>
            {snippet.note && <p className="hint">{snippet.note}</p>}
            <pre tabIndex={0} aria-label={`Lines for ${snippet.client}`}>
              {snippet.lines}
            </pre>
            <div className="row">
              <CopyButton key={snippet.client} text={snippet.lines} label="Copy lines" />
            </div>
          </>
        )}
        <footer>
          <button type="button" className="primary" onClick={onClose}>
            I have copied it
          </button>
        </footer>
      </div>
    </Dialog>
  );
}
