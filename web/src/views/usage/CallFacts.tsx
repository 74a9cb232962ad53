import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { tokensQuery } from "../../api/queries";
import type { UsageReceipt } from "../../api/usage";
import { count } from "../../format/count";
import { providerName } from "../../format/names";
import { Time } from "../../ui/Time";
import { addressOf, type FilterName } from "./asked";

// Who made the call, when, to which model and with how many tokens.
export function CallFacts({ call }: { call: UsageReceipt }) {
  const tokens = useQuery({ ...tokensQuery, enabled: call.tokenId !== null });
  const token = tokens.data?.tokens.find(({ id }) => id === call.tokenId);
  const month = `${call.id.slice(0, 4)}-${call.id.slice(4, 6)}`;
  const others = (name: FilterName, value: string, words = value) => (
    <Link href={addressOf({ days: null, month, groupBy: "day,model", filters: [{ name, value }] })}>{words}</Link>
  );
  return (
    <dl className="facts">
      <dt>Time</dt>
      <dd>
        <Time at={call.createdAt} />
      </dd>
      <dt>Provider</dt>
      <dd>{providerName(call.provider)}</dd>
      <dt>Model asked for</dt>
      <dd>{call.requestedModel}</dd>
      <dt>Model that answered</dt>
      <dd>
        {call.model}
        {call.catalogueModel && call.catalogueModel !== call.model && <> ({others("model", call.catalogueModel)})</>}
      </dd>
      <dt>Tokens in</dt>
      <dd>
        {count(call.inputTokens)}
        {call.cachedInputTokens > 0 && `, ${count(call.cachedInputTokens)} of them read from a cache`}
        {call.cacheWriteTokens > 0 && `, ${count(call.cacheWriteTokens)} of them written to a cache`}
      </dd>
      <dt>Tokens out</dt>
      <dd>{count(call.outputTokens)}</dd>
      <dt>Agent</dt>
      <dd>{call.agentId ? others("agentId", call.agentId) : "none"}</dd>
      <dt>Conversation</dt>
      <dd>{call.conversationId ? others("conversationId", call.conversationId) : "none"}</dd>
      <dt>Token</dt>
      <dd>{call.tokenId ? others("tokenId", call.tokenId, token?.name) : "none of MyCoach"}</dd>
      <dt>Stored key</dt>
      <dd>{call.keyId ? <code>{call.keyId}</code> : "not known"}</dd>
      {Object.entries(call.metadata).map(([key, value]) => (
        <div key={key} className="pair">
          <dt>{key}</dt>
          <dd>{others("metadata", `${key}:${value}`, value)}</dd>
        </div>
      ))}
      {call.replaces && (
        <>
          <dt>Replaces</dt>
          <dd>
            <Link href={`/usage/${call.replaces}`}>{call.replaces}</Link>
          </dd>
        </>
      )}
      <dt>Id</dt>
      <dd>
        <code>{call.id}</code>
      </dd>
    </dl>
  );
}
