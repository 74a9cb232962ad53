import { Link } from "wouter";
import { explain } from "../../api/problem";
import { Notice } from "../../ui/Notice";
import { Refusal } from "./providers";

const places: Record<string, { href: string; link: string }> = {
  budget_exceeded: { href: "/budget", link: "Open Budget" },
  cost_unbounded: { href: "/budget", link: "Open Budget" },
  model_unpriced: { href: "/budget", link: "Open Budget" },
  no_api_key: { href: "/keys", link: "Add a key" },
  key_rejected: { href: "/keys", link: "Replace the key" },
  key_unreadable: { href: "/keys", link: "Replace the key" },
};

// Why there is no answer, who says so, and where that can be changed.
export function Refused({ error }: { error: unknown }) {
  const place = error instanceof Refusal && error.code ? places[error.code] : undefined;
  return (
    <Notice tone="bad">
      {error instanceof Refusal && error.code === null && "The provider says: "}
      {explain(error)} {place && <Link href={place.href}>{place.link}</Link>}
    </Notice>
  );
}
