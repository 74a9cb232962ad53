import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Dialog } from "./Dialog";
import { Failed } from "./Failed";

type ConfirmProps = {
  title: string;
  // The word on the button, such as "Delete key".
  act: string;
  // What the button says while that is under way, if it takes long.
  acting?: string;
  // What must be typed first, for what cannot be taken back.
  typed?: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
};

// Asks before something is deleted, and says if it failed.
export function Confirm({ title, act, acting, typed, onConfirm, onClose, children }: ConfirmProps) {
  const [text, setText] = useState("");
  const action = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(submit) => {
          submit.preventDefault();
          if (!action.isPending) action.mutate();
        }}
      >
        {children}
        {typed && (
          <label className="field">
            Type “{typed}” to confirm
            <input value={text} onChange={(change) => setText(change.target.value)} autoComplete="off" />
          </label>
        )}
        <Failed error={action.error} />
        <footer>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className="danger"
            aria-disabled={action.isPending || undefined}
            disabled={typed !== undefined && text !== typed}
          >
            {action.isPending ? (acting ?? act) : act}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
