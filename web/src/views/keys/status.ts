import type { components } from "../../api/schema";

export type ProviderKey = components["schemas"]["ProviderKeyView"];

// A key with the tag of what is shown of it; without one until that is read.
export type Stored = { key: ProviderKey; tag: string | null };

type StatusWords = { label: string; tone: "plain" | "good" | "warn" | "bad"; meaning: string };

// What a key is worth, and what to do about it.
const words: Record<ProviderKey["status"], StatusWords> = {
  valid: { label: "Valid", tone: "good", meaning: "The provider accepts this key." },
  restricted: {
    label: "Restricted",
    tone: "warn",
    meaning:
      "The key is genuine, with limited permissions: the provider may refuse some calls. Allow what you need at the provider, or replace the key.",
  },
  no_credit: {
    label: "No credit",
    tone: "bad",
    meaning: "The key is genuine, but its account has no credit. Add credit at the provider, then check the key again.",
  },
  invalid: {
    label: "Invalid",
    tone: "bad",
    meaning: "The provider refuses this key, so MyCoach does not use it. Replace it with a key that works.",
  },
  unverified: {
    label: "Unverified",
    tone: "warn",
    meaning: "The provider has not been asked yet, or gave no verdict. MyCoach uses the key. Check it to be sure.",
  },
};

// A newer program may know more states.
export const wordsOf = (status: ProviderKey["status"]): StatusWords =>
  words[status] ?? { label: status, tone: "plain", meaning: "This page does not know this state. Reload it." };

export const consoles = {
  anthropic: { name: "console.anthropic.com", address: "https://console.anthropic.com/settings/keys" },
  openai: { name: "platform.openai.com", address: "https://platform.openai.com/api-keys" },
};
