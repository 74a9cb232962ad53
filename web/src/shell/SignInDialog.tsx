import type { Session } from "../session/session";
import { Dialog } from "../ui/Dialog";
import { SignInForm } from "./SignInForm";

type SignInDialogProps = { session: Session; onSignedIn: (userId: string) => void; onClose: () => void };

// Asks again, over what the viewer sees and has begun, which stays.
export function SignInDialog({ session, onSignedIn, onClose }: SignInDialogProps) {
  return (
    <Dialog title="Sign in again" onClose={onClose}>
      <SignInForm session={session} onSignedIn={onSignedIn}>
        {session.kind === "token" ? (
          <p>Your sign-in has expired. Paste a new token to go on where you are.</p>
        ) : (
          <p>
            Your sign-in has expired. Signing in leaves this page, and what you have not saved or copied is lost. Close
            this to look after it first.
          </p>
        )}
      </SignInForm>
    </Dialog>
  );
}
