import { count } from "../../format/count";
import { exactMoney } from "../../format/money";
import { providerName } from "../../format/names";
import { Card } from "../../ui/Card";
import { Time } from "../../ui/Time";
import type { ComparedProvider } from "./queries";
import { scopes } from "./words";

const sources = new Map([
  ["api", "the provider’s reports"],
  ["csv", "statements that you posted"],
]);

// What each bill is of, and how much of it is known.
export function ProviderFacts({ compared }: { compared: readonly ComparedProvider[] }) {
  return (
    <Card title="What is compared">
      {compared
        .filter(({ readAt }) => readAt !== null)
        .map((provider) => (
          <section key={provider.provider} className="compared-provider" aria-label={providerName(provider.provider)}>
            <h3>{providerName(provider.provider)}</h3>
            <Facts of={provider} />
          </section>
        ))}
    </Card>
  );
}

function Facts({ of }: { of: ComparedProvider }) {
  return (
    <dl className="facts">
      <dt>Use of</dt>
      <dd>{scopes[of.scope]}</dd>
      <dt>Days compared</dt>
      <dd>
        {count(of.billedDays)} of {count(of.days)} that have begun
      </dd>
      <dt>Final</dt>
      <dd>
        {count(of.finalDays)} of these <span className="soft">are not expected to change</span>
      </dd>
      {of.readAt && (
        <>
          <dt>Read</dt>
          <dd>
            <Time at={of.readAt} />{" "}
            <span className="soft">from {of.sources.map((source) => sources.get(source) ?? source).join(" and ")}</span>
          </dd>
        </>
      )}
      {of.otherUsd !== 0 && (
        <>
          <dt>Other keys</dt>
          <dd>
            {exactMoney(of.otherUsd)} <span className="soft">of the bill, not compared</span>
          </dd>
        </>
      )}
      <dt>Invoice</dt>
      <dd>{of.invoiceUsd === null ? <span className="soft">not entered</span> : exactMoney(of.invoiceUsd)}</dd>
    </dl>
  );
}
