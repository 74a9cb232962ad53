const locale = navigator.languages[0] ?? "en";
const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
const shortDate = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
const monthName = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });

// Moments are in the viewer's zone. Days and months are UTC, because budgets and totals are.
export const time = (text: string) => moment.format(new Date(text));
export const clockTime = (text: string) => clock.format(new Date(text));
export const day = (text: string) => date.format(new Date(`${text}T00:00:00Z`));
export const shortDay = (text: string) => shortDate.format(new Date(`${text}T00:00:00Z`));
export const month = (text: string) => monthName.format(new Date(`${text}-01T00:00:00Z`));

export const today = () => new Date().toISOString().slice(0, 10);
export const thisMonth = () => new Date().toISOString().slice(0, 7);

export function addDays(text: string, days: number): string {
  const at = new Date(`${text}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
const steps = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

// How long ago a moment was, such as "5 minutes ago"; `now` in milliseconds.
export function ago(text: string, now: number): string {
  const seconds = Math.min(0, (new Date(text).getTime() - now) / 1_000);
  for (const [unit, length] of steps) {
    if (-seconds >= length) return relative.format(Math.ceil(seconds / length), unit);
  }
  return relative.format(Math.ceil(seconds / 10) * 10, "second");
}

// The month that lies `back` months before the current one.
export function monthBefore(back: number): string {
  const [year = 0, number = 1] = thisMonth().split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 - back, 1)).toISOString().slice(0, 7);
}

// The months that can be chosen, the current one first, and the chosen one if it is older.
export function recentMonths(chosen: string): string[] {
  const months = Array.from({ length: 13 }, (_, back) => monthBefore(back));
  return months.includes(chosen) ? months : [...months, chosen];
}

// A month of an address; null if it is none.
export const monthIn = (text: string | null) => (text && /^\d{4}-(0[1-9]|1[0-2])$/.test(text) ? text : null);
