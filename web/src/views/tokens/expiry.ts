import { addDays, time } from "../../format/time";

// What is chosen in the form: to keep what is set, a number of days, the end of a day in UTC, or never.
export type Expiry = { choice: "keep" | "7" | "30" | "90" | "365" | "day" | "never"; day: string };

export function expiresAtOf(expiry: Expiry, present: string | null): string | null {
  switch (expiry.choice) {
    case "keep":
      return present;
    case "never":
      return null;
    case "day":
      return expiry.day ? `${addDays(expiry.day, 1)}T00:00:00Z` : "";
    default:
      return new Date(Date.now() + Number(expiry.choice) * 86_400_000).toISOString();
  }
}

export function choicesOf(present: string | null): [Expiry["choice"], string][] {
  const keep: [Expiry["choice"], string][] = present ? [["keep", `As it is: ${time(present)}`]] : [];
  return [
    ...keep,
    ["7", "In 7 days"],
    ["30", "In 30 days"],
    ["90", "In 90 days"],
    ["365", "In a year"],
    ["day", "At the end of a day"],
    ["never", "Never"],
  ];
}
