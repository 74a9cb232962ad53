const locale = navigator.languages[0] ?? "en";
const usual = new Intl.NumberFormat(locale, { style: "currency", currency: "USD" });
const small = new Intl.NumberFormat(locale, { style: "currency", currency: "USD", maximumSignificantDigits: 2 });
const rate = new Intl.NumberFormat(locale, { style: "currency", currency: "USD", maximumFractionDigits: 6 });
const exact = new Intl.NumberFormat(locale, { style: "currency", currency: "USD", maximumFractionDigits: 12 });

// Dollars for reading: cents, or two significant digits below a cent, so that no cost reads as zero.
export function money(usd: number): string {
  return usd !== 0 && Math.abs(usd) < 0.01 ? small.format(usd) : usual.format(usd);
}

// Dollars with every digit the API states.
export function exactMoney(usd: number): string {
  return exact.format(usd);
}

// Dollars of costs in pico-dollars, added up exactly: sums of JavaScript numbers would drift.
export function addUp(costs: readonly { costPicoUsd: string }[]): number {
  return dollars(costs.reduce((sum, cost) => sum + BigInt(cost.costPicoUsd), 0n));
}

// Dollars that the API states exactly, in pico-dollars, for sums.
export const picoOf = (usd: number) => BigInt(usd.toFixed(12).replace(".", ""));

export const dollars = (pico: bigint) => Number(pico) / 1e12;

// A price that the API states in cents, in dollars with all of its digits.
export function price(cents: number): string {
  return rate.format(cents / 100);
}
