import { lazy, type ComponentType } from "react";
import { beOnline } from "./useOnline";

const loadOverview = () => import("../views/overview/Overview");

// Code that failed to load stays so until a reload. Offline, a view waits for the connection instead.
const view = (load: () => Promise<{ default: ComponentType }>) => lazy(() => beOnline().then(load));

// The views in the order of the navigation. Each is a chunk of its own, loaded when it is first opened.
export const views = [
  { path: "/", name: "Overview", component: view(loadOverview) },
  { path: "/usage", name: "Usage", component: view(() => import("../views/usage/Usage")) },
  { path: "/keys", name: "Keys", component: view(() => import("../views/keys/Keys")) },
  { path: "/models", name: "Models", component: view(() => import("../views/models/Models")) },
  { path: "/budget", name: "Budget", component: view(() => import("../views/budget/Budget")) },
  { path: "/bills", name: "Bills", component: view(() => import("../views/bills/Bills")) },
  { path: "/tokens", name: "Tokens", component: view(() => import("../views/tokens/Tokens")) },
  { path: "/try", name: "Try it", component: view(() => import("../views/try/Try")) },
  { path: "/account", name: "Account", component: view(() => import("../views/account/Account")) },
] as const;

// Not in the navigation: a call's receipt, and what only operators may do.
export const Receipt = view(() => import("../views/usage/Receipt"));
export const Operator = view(() => import("../views/operator/Operator"));

// The overview is what most visits begin with. Its code loads while the page asks how to sign in.
export function preloadOverview() {
  if (location.pathname === "/") loadOverview().catch(() => undefined);
}
