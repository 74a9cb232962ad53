import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import { Confirm } from "../../ui/Confirm";
import { ChangeToken } from "./ChangeToken";
import { RotateToken } from "./RotateToken";
import type { NewToken, Token } from "./scopes";

export type TokenAct = "change" | "rotate" | "revoke";

type TokenDialogProps = {
  act: TokenAct;
  token: Token;
  onMade: (token: NewToken) => void;
  onDone: (text: string | null) => void;
  onClose: () => void;
};

export function TokenDialog({ act, token, onMade, onDone, onClose }: TokenDialogProps) {
  const queries = useQueryClient();
  const revoke = async () => {
    await answer(api.DELETE("/api/tokens/{tokenId}", { params: { path: { tokenId: token.id } } }));
    onDone(`The token ${token.name} is revoked. Calls with it are refused within ten seconds.`);
    await queries.invalidateQueries({ queryKey: ["tokens"], exact: true });
    queries.removeQueries({ queryKey: ["tokens", token.id] });
  };
  switch (act) {
    case "change":
      return <ChangeToken id={token.id} onDone={onDone} onClose={onClose} />;
    case "rotate":
      return (
        <RotateToken
          token={token}
          onMade={(rotated) => {
            onClose();
            onDone(`The token ${rotated.name} has a new text.`);
            onMade(rotated);
          }}
          onClose={onClose}
        />
      );
    case "revoke":
      return (
        <Confirm title={`Revoke ${token.name}?`} act="Revoke token" onConfirm={revoke} onClose={onClose}>
          <p>
            Programs that send {token.hint} are refused within ten seconds. Calls under way end as usual, and recorded
            usage stays. This cannot be undone.
          </p>
        </Confirm>
      );
  }
}
