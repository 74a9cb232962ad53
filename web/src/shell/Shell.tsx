import { Suspense, useEffect, useState } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import type { Session } from "../session/session";
import { Loading } from "../ui/Loading";
import { Notice } from "../ui/Notice";
import { View } from "../ui/View";
import { Failure } from "./Failure";
import { useArrival } from "./useArrival";
import { useOnline } from "./useOnline";
import { Operator, Receipt, views } from "./views";

type ShellProps = {
  session: Session;
  // The user who signed in elsewhere, in place of the one who was shown before.
  newcomer: string | null;
  // Asks to sign in again; null if there is no need.
  onSignIn: (() => void) | null;
  onSignOut: () => void;
};

// The navigation and the view that is open.
export function Shell({ session, newcomer, onSignIn, onSignOut }: ShellProps) {
  const [path] = useLocation();
  const [firstPath] = useState(path);
  const online = useOnline();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  useArrival(path);
  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <header className="top">
        <Link href="/" className="brand">
          MyCoach
        </Link>
        <button
          type="button"
          className="quiet menu"
          aria-expanded={open}
          aria-controls="navigation"
          onClick={() => setOpen(!open)}
        >
          Menu
        </button>
        <nav id="navigation" aria-label="Views" className={open ? "open" : undefined}>
          <ul>
            {views.map((view) => (
              <li key={view.path}>
                <Link href={view.path} aria-current={isOpen(view.path, path) ? "page" : undefined}>
                  {view.name}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        {session.signOut && (
          <p className="who">
            {session.name}{" "}
            <button type="button" className="quiet" onClick={onSignOut}>
              Sign out
            </button>
          </p>
        )}
      </header>
      <main id="content" tabIndex={-1}>
        {!online && <Notice tone="warn">You are offline. What you see may be out of date.</Notice>}
        {newcomer && path === firstPath && (
          <Notice tone="info">
            Another user has signed in, perhaps in another tab. You now see what belongs to {newcomer}.
          </Notice>
        )}
        {onSignIn && (
          <Notice tone="warn">
            Your sign-in has expired. What you see may be out of date.{" "}
            <button type="button" onClick={onSignIn}>
              Sign in
            </button>
          </Notice>
        )}
        <Failure key={path}>
          <Suspense fallback={<Coming />}>
            <Switch>
              {views.map((view) => (
                <Route key={view.path} path={view.path} component={view.component} />
              ))}
              <Route path="/usage/:eventId" component={Receipt} />
              <Route path="/operator" component={Operator} />
              <Route>
                <View title="Not found" lead="This address shows nothing.">
                  <p>
                    <Link href="/">Go to the overview</Link>
                  </p>
                </View>
              </Route>
            </Switch>
          </Suspense>
        </Failure>
      </main>
    </>
  );
}

// While the code of a view is not here yet.
function Coming() {
  return useOnline() ? <Loading /> : <Notice tone="warn">You are offline. This loads when you are back.</Notice>;
}

function isOpen(view: string, path: string): boolean {
  return view === "/" ? path === "/" : path === view || path.startsWith(`${view}/`);
}
