import { useState, type ReactNode } from "react";
import { answer, api } from "../api/client";
import { explain } from "../api/problem";
import type { Session } from "../session/session";
import { Field } from "../ui/Field";
import { Notice } from "../ui/Notice";

type SignInFormProps = {
  session: Session;
  // Why the sign-in before failed.
  refusal?: string | null;
  onSignedIn: (userId: string) => void;
  children?: ReactNode;
};

// Signs in at the identity provider, which leaves the page, or with a pasted token that the API accepts.
export function SignInForm({ session, refusal = null, onSignedIn, children }: SignInFormProps) {
  const [token, setToken] = useState("");
  const [failure, setFailure] = useState(refusal);
  const [isBusy, setBusy] = useState(false);
  const signIn = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await session.signIn?.(token);
      if (session.kind === "token") onSignedIn((await answer(api.GET("/api/account"))).userId);
    } catch (error) {
      setFailure(explain(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(submit) => {
        submit.preventDefault();
        if (!isBusy) void signIn();
      }}
    >
      {children}
      {failure && <Notice tone="bad">Signing in failed: {failure}</Notice>}
      {session.kind === "token" && (
        <Field
          label="Access token"
          hint="A token of your identity provider. This page keeps it until you sign out, close or reload it."
        >
          <input
            type="password"
            value={token}
            onChange={(change) => setToken(change.target.value)}
            autoComplete="off"
            required
          />
        </Field>
      )}
      <footer>
        <button type="submit" className="primary" aria-disabled={isBusy || undefined}>
          Sign in
        </button>
      </footer>
    </form>
  );
}
