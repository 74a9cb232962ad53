import { lazy } from "react";

const loadOverview = () => import("../views/overview/Overview");

// The views in the order of the navigation. Each is a chunk of its own, loaded when it is first opened.
export const views = [
  { path: "/", name: "Overview", component: lazy(loadOverview) },
  { path: "/usage", name: "Usage", component: lazy(() => import("../views/usage/Usage")) },
  { path: "/keys", name: "Keys", component: lazy(() => import("../views/keys/Keys")) },
  { path: "/models", name: "Models", component: lazy(() => import("../views/models/Models")) },
  { path: "/budget", name: "Budget", component: lazy(() => import("../views/budget/Budget")) },
  { path: "/tokens", name: "Tokens", component: lazy(() => import("../views/tokens/Tokens")) },
  { path: "/try", name: "Try it", component: lazy(() => import("../views/try/Try")) },
  { path: "/account", name: "Account", component: lazy(() => import("../views/account/Account")) },
] as const;

// Not in the navigation: a call's receipt, and what only operators may do.
export const Receipt = lazy(() => import("../views/usage/Receipt"));
export const Operator = lazy(() => import("../views/operator/Operator"));

// The overview is what most visits begin with. Its code loads while the page asks how to sign in.
export function preloadOverview() {
  if (location.pathname === "/") loadOverview().catch(() => undefined);
}
