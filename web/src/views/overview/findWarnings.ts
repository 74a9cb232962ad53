import type { components } from "../../api/schema";
import type { Group, Totals } from "../../api/usage";
import { percent } from "../../format/count";
import { money } from "../../format/money";
import { day, time } from "../../format/time";
import { providerName } from "../../format/names";

type Schemas = components["schemas"];
type Key = Schemas["ProviderKeyView"];
type Retiring = Schemas["ModelWarning"];

const list = new Intl.ListFormat("en");

export type Warning = { id: string; tone: "bad" | "warn"; text: string; href: string; link: string };

export function budgetWarnings(budget: Schemas["BudgetView"]): Warning[] {
  const found: Warning[] = [];
  const { status, budgetCents, usedPercent, projectedUsd, lastRefusal } = budget;
  const toBudget = { href: "/budget", link: "Open Budget" };
  if (status === "exceeded") {
    const text = `The budget is used up. The gateway refuses calls until it resets on ${day(budget.resetsAt.slice(0, 10))}.`;
    found.push({ id: "budget", tone: "bad", text, ...toBudget });
  } else if (status === "warning") {
    const text = `${percent((usedPercent ?? 0) / 100)} of this month's budget is spent.`;
    found.push({ id: "budget", tone: "warn", text, ...toBudget });
  }
  if (status !== "exceeded" && budgetCents !== null && projectedUsd !== null && projectedUsd > budgetCents / 100) {
    const text = `At this pace the month costs ${money(projectedUsd)}, more than the budget of ${money(budgetCents / 100)}.`;
    found.push({ id: "pace", tone: "warn", text, ...toBudget });
  }
  if (lastRefusal) {
    const text = `The budget refused a call to ${lastRefusal.model} on ${time(lastRefusal.at)}. It would have held ${money(lastRefusal.boundUsd)}.`;
    found.push({ id: "refusal", tone: "warn", text, ...toBudget });
  }
  return found;
}

export function keyWarnings(keys: readonly Key[]): Warning[] {
  return keys.flatMap((key): Warning[] => {
    const name = providerName(key.provider);
    const toKeys = { id: `key ${key.provider}`, href: "/keys" };
    switch (key.status) {
      case "invalid":
        return [
          { ...toKeys, tone: "bad", text: `${name} refuses your key. Calls to it fail.`, link: "Replace the key" },
        ];
      case "no_credit":
        return [{ ...toKeys, tone: "bad", text: `The account of your ${name} key has no credit.`, link: "Open Keys" }];
      case "unverified":
        return [{ ...toKeys, tone: "warn", text: `Your ${name} key has not been checked.`, link: "Check the key" }];
      default:
        return [];
    }
  });
}

export function modelWarnings(
  ofSettings: readonly Retiring[],
  agents: readonly Schemas["AgentView"][],
  today: string,
): Warning[] {
  const chosenBy = new Map<string, { model: string; retiresOn: string; by: string[] }>();
  const add = ({ model, retiresOn }: Retiring, by: string) => {
    const known = chosenBy.get(model);
    if (known) known.by.push(by);
    else chosenBy.set(model, { model, retiresOn, by: [by] });
  };
  for (const warning of ofSettings) add(warning, "your default model");
  for (const agent of agents) for (const warning of agent.warnings) add(warning, `agent ${agent.name}`);
  return [...chosenBy.values()].map(({ model, retiresOn, by }) => {
    const retired = retiresOn <= today;
    const text = retired
      ? `The provider no longer serves ${model}, since ${day(retiresOn)}.`
      : `The provider serves ${model} until ${day(retiresOn)}.`;
    return {
      id: `model ${model}`,
      tone: retired ? "bad" : "warn",
      text: `${text} It is the model of ${list.format(by)}.`,
      href: "/models",
      link: "Choose another model",
    };
  });
}

export function priceWarnings(totals: Totals, groups: readonly Group[]): Warning[] {
  if (totals.unpricedRequests === 0) return [];
  const models = new Set(groups.filter((group) => group.unpricedRequests > 0).map((group) => group.key));
  const calls = totals.unpricedRequests === 1 ? "One call has" : `${totals.unpricedRequests} calls have`;
  const of = models.size > 0 ? ` (${[...models].join(", ")})` : "";
  const text = `${calls} no known price${of}, so that the month's cost lacks theirs.`;
  return [{ id: "unpriced", tone: "warn", text, href: "/usage", link: "Open Usage" }];
}
