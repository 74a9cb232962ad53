import type { Session } from "../session/session";
import { SignInForm } from "./SignInForm";

type SignInProps = { session: Session; refusal: string | null; onSignedIn: (userId: string) => void };

// Asks who the viewer is, before there is anything to see.
export function SignIn(props: SignInProps) {
  return (
    <main className="sign-in">
      <h1>MyCoach</h1>
      <p>What your calls to Anthropic and OpenAI cost, and the budget that holds them.</p>
      <SignInForm {...props} />
    </main>
  );
}
