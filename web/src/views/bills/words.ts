import { providerName, type ProviderId } from "../../format/names";
import type { ComparedGroup, Difference, Organisation } from "./queries";

type Causes = Difference["causes"];
export type Cause = keyof Causes;

type CauseWords = { name: string; short: string; meaning: string };

const unbilled: CauseWords = {
  name: "Calls that are recorded and not billed",
  short: "calls not billed",
  meaning: "The provider does not bill them, or not yet.",
};

const words: Record<Cause, CauseWords> = {
  callsUsd: {
    name: "Calls outside MyCoach, or lost here",
    short: "calls outside MyCoach",
    meaning: "Your key was used without MyCoach, or a call was not recorded.",
  },
  tokensUsd: {
    name: "Other numbers of tokens",
    short: "other tokens",
    meaning: "The provider counts otherwise than its answers said.",
  },
  freeUsd: {
    name: "Free tokens, discounts and refunds",
    short: "free or refunded",
    meaning: "Tokens that cost nothing, at the recorded price, and what the provider gave back.",
  },
  priceUsd: {
    name: "Other prices",
    short: "other prices",
    meaning: "The same tokens at another price: the price book is out of date, or you have prices of your own.",
  },
  notPerCallUsd: {
    name: "Storage, sessions and the like",
    short: "storage and the like",
    meaning: "Lines of the bill without a model, which no call shows.",
  },
  restUsd: {
    name: "Not explained",
    short: "not explained",
    meaning: "Lines of the bill that MyCoach does not know, and rounding.",
  },
};

export const causes = Object.keys(words) as Cause[];

export const causeWords = (cause: Cause, usd: number) => (cause === "callsUsd" && usd < 0 ? unbilled : words[cause]);

// What explains most of a difference, in a few words; null if there is none.
export function mainCause(all: Causes): string | null {
  const most = causes.reduce((found, cause) => (Math.abs(all[cause]) > Math.abs(all[found]) ? cause : found));
  return all[most] === 0 ? null : causeWords(most, all[most]).short;
}

export const statuses: Record<NonNullable<ComparedGroup["status"]>, "plain" | "warn" | "good"> = {
  open: "warn",
  provisional: "plain",
  final: "good",
};

export const scopes: Record<Organisation["scope"], string> = {
  key: "your stored keys",
  organisation: "all use of the organisation",
};

const scopeReasons: Record<NonNullable<Organisation["scopeReason"]>, (name: string) => string> = {
  no_stored_key: (name) => `because you have no ${name} key under Keys`,
  keys_not_listed: () => "because the admin key may not list the organisation’s keys",
  not_found: () => "because none of the organisation’s keys looks like your stored one",
  ambiguous: () => "because several of the organisation’s keys look like your stored one",
};

// Whose use is compared, and why if not only that of all stored keys.
export function comparedInWords({ provider, scope, scopeReason }: Organisation): string {
  if (!scopeReason) return scopes[scope];
  const whose = scope === "key" ? "your earlier keys, not the present one" : scopes[scope];
  return `${whose}, ${scopeReasons[scopeReason](providerName(provider))}`;
}

// Whether naming the key says what MyCoach cannot find by itself.
export const canBeNamed = ({ scopeReason }: Organisation) => scopeReason !== null && scopeReason !== "no_stored_key";

export const consoles: Record<ProviderId, { name: string; address: string; needs: string; keyId: string }> = {
  anthropic: {
    name: "console.anthropic.com",
    address: "https://console.anthropic.com/settings/admin-keys",
    needs: "Only members with the role admin can make one; with an individual account, make an organisation first.",
    keyId: "apikey_…",
  },
  openai: {
    name: "platform.openai.com",
    address: "https://platform.openai.com/settings/organization/admin-keys",
    needs:
      "Only owners can make one. It needs the permission api.usage.read; and to list projects and keys, so that your own is found.",
    keyId: "key_…",
  },
};

// The API names providers by their ids.
export const noteInWords = (note: string) => note.replace(/^(\w+):/, (_, id: string) => `${providerName(id)}:`);
