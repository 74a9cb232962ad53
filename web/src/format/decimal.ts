const locale = navigator.languages[0] ?? "en";
const digits = new Intl.NumberFormat(locale, { maximumFractionDigits: 6, useGrouping: false });
const decimal = digits.formatToParts(1.5).find((part) => part.type === "decimal")?.value ?? ".";

export const decimalText = (number: number) => digits.format(number);

// The number that the viewer wrote in the viewer's locale; null if it is none.
export function decimalOf(text: string): number | null {
  const plain = text.replace(/[\s$\u00a0\u202f]/g, "").replace(decimal, ".");
  return /^\d+(\.\d*)?$|^\.\d+$/.test(plain) ? Number(plain) : null;
}
