import { Link } from "wouter";
import { money } from "../../format/money";
import { Badge } from "../../ui/Badge";
import { Money } from "../../ui/Money";
import { Time } from "../../ui/Time";
import type { Token } from "./scopes";

export function Name({ token }: { token: Token }) {
  return (
    <>
      {token.name}
      <code className="block soft">{token.hint}</code>
    </>
  );
}

const reach: Record<string, string> = { gateway: "call models", "usage:read": "read usage" };

// What the token may do, and for whom.
export function Limits({ token }: { token: Token }) {
  const { models, agentId, conversationId } = token;
  return (
    <>
      {token.scopes.map((scope) => reach[scope] ?? scope).join(", ")}
      {models.length > 0 && (
        <span className="block soft small" title={models.join(", ")}>
          only {models.slice(0, 2).join(", ")}
          {models.length > 2 && ` and ${models.length - 2} more`}
        </span>
      )}
      {agentId && <span className="block soft small">as agent {agentId}</span>}
      {conversationId && <span className="block soft small">in conversation {conversationId}</span>}
    </>
  );
}

const week = 7 * 86_400_000;

export function Ends({ token }: { token: Token }) {
  const { expiresAt, previousValidUntil } = token;
  return (
    <>
      {token.status === "expired" && <Badge tone="bad">Expired</Badge>}
      {expiresAt && token.status !== "expired" && Date.parse(expiresAt) < Date.now() + week && (
        <Badge tone="warn">Soon</Badge>
      )}{" "}
      {expiresAt ? <Time at={expiresAt} /> : "never"}
      {previousValidUntil && (
        <span className="block soft small">
          old text until <Time at={previousValidUntil} />
        </span>
      )}
    </>
  );
}

export function Spent({ token }: { token: Token }) {
  const { monthlyBudgetCents, spentUsd, reservedUsd } = token;
  const isUsedUp = monthlyBudgetCents !== null && spentUsd >= monthlyBudgetCents / 100;
  return (
    <>
      <Link href={`/usage?tokenId=${token.id}`}>
        <Money usd={spentUsd} />
        <span className="hidden"> by {token.name}</span>
      </Link>
      {monthlyBudgetCents !== null && (
        <span className="block soft small">
          {isUsedUp && <Badge tone="bad">Used up</Badge>} of {money(monthlyBudgetCents / 100)}
        </span>
      )}
      {reservedUsd > 0 && <span className="block soft small">and {money(reservedUsd)} reserved</span>}
    </>
  );
}
