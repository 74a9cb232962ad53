import { useState } from "react";
import { explain } from "../api/problem";
import type { Session } from "../session/session";
import { Field } from "../ui/Field";
import { Notice } from "../ui/Notice";

type SignInProps = { session: Session; expired: boolean; onSignedIn: () => void };

// Asks who the viewer is: at the identity provider, or by a pasted token where the program names no provider.
export function SignIn({ session, expired, onSignedIn }: SignInProps) {
  const [token, setToken] = useState("");
  const [failure, setFailure] = useState<string | null>(null);
  const signIn = async () => {
    try {
      await session.signIn?.(token);
      if (session.kind === "token") onSignedIn();
    } catch (error) {
      setFailure(explain(error));
    }
  };
  return (
    <main className="sign-in">
      <h1>MyCoach</h1>
      <p>What your calls to Anthropic and OpenAI cost, and the budget that holds them.</p>
      {expired && <Notice tone="warn">You are signed out, or your sign-in has expired.</Notice>}
      {failure && <Notice tone="bad">Signing in failed: {failure}</Notice>}
      <form
        onSubmit={(submit) => {
          submit.preventDefault();
          void signIn();
        }}
      >
        {session.kind === "token" && (
          <Field
            label="Access token"
            hint="A token of your identity provider. This page keeps it until you close or reload it."
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
        <button type="submit" className="primary">
          Sign in
        </button>
      </form>
    </main>
  );
}
