import { dollarsText } from "../../format/dollars";
import { picoOf } from "../../format/money";
import { providerName, type ProviderId } from "../../format/names";
import { month as monthName } from "../../format/time";
import type { Comparison } from "./queries";

// The invoice of a month; without a total until the user enters it.
export type Invoice = { provider: ProviderId; month: string; totalUsd: number | null };

// Null if the provider is not compared.
export function invoiceOf(provider: ProviderId, comparison: Comparison | undefined): Invoice | null {
  const compared = comparison?.providers.find((one) => one.provider === provider);
  return comparison && compared
    ? { provider, month: comparison.from.slice(0, 7), totalUsd: compared.invoiceUsd }
    : null;
}

export const invoiceName = ({ provider, month }: Invoice) => `${providerName(provider)} invoice of ${monthName(month)}`;

const picoPerCent = 10_000_000_000n;

// What a field of dollars and cents begins with: nothing for a total with parts of a cent, which it cannot hold.
export function textOf({ totalUsd }: Invoice): string {
  if (totalUsd === null) return "";
  const pico = picoOf(totalUsd);
  return pico % picoPerCent === 0n ? dollarsText(Number(pico / picoPerCent)) : "";
}
