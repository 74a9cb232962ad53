const locale = navigator.languages[0] ?? "en";
const parts = new Intl.NumberFormat(locale).formatToParts(12345.6);
const separator = (type: "group" | "decimal") => parts.find((part) => part.type === type)?.value;
const group = separator("group") ?? ",";
const decimal = separator("decimal") ?? ".";
const plain = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: false });

export const dollarsText = (cents: number | null) => (cents === null ? "" : plain.format(cents / 100));

// An empty text is no amount, which is right too.
export const isAmount = (text: string) => text.trim() === "" || centsOf(text) !== null;

// The cents that the viewer wrote as dollars, in the viewer's locale; null if it is no amount of dollars and cents.
export function centsOf(text: string): number | null {
  const [whole = "", fraction = "", ...more] = text.replace(/[\s$\u00a0\u202f]/g, "").split(decimal);
  const groups = whole.split(group);
  const areGroups = groups.length === 1 || groups.slice(1).every((digits) => /^\d{3}$/.test(digits));
  const digits = groups.join("");
  if (more.length > 0 || !areGroups || !/^\d+$/.test(digits) || !/^\d{0,2}$/.test(fraction)) return null;
  return Number(digits) * 100 + Number(fraction.padEnd(2, "0"));
}

export const notDollars = `Write dollars and cents, such as ${plain.format(20.5)}.`;
