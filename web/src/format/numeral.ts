const locale = navigator.languages[0] ?? "en";
const latin: Intl.NumberFormatOptions = { numberingSystem: "latn" };
const parts = new Intl.NumberFormat(locale, latin).formatToParts(1234567.5);
const signOf = (type: "group" | "decimal") => parts.find((part) => part.type === type)?.value;
const group = signOf("group") ?? ",";
const decimal = signOf("decimal") ?? ".";

// The digits that viewers of the locale may type, from 0 to 9, and those of Arabic and Persian keyboards.
const digits = [new Intl.NumberFormat(locale).resolvedOptions().numberingSystem, "arab", "arabext"].map((system) => {
  const numbers = new Intl.NumberFormat("en", { numberingSystem: system });
  return Array.from({ length: 10 }, (_, digit) => numbers.format(digit));
});

// How numbers are written into fields: in the viewer's locale, with Latin digits, which every keyboard and reader knows.
export const fieldNumbers = (least: number, most: number) =>
  new Intl.NumberFormat(locale, {
    ...latin,
    useGrouping: false,
    minimumFractionDigits: least,
    maximumFractionDigits: most,
  });

export const latinDigits = (text: string) =>
  digits.reduce((read, own) => own.reduce((left, sign, digit) => left.replaceAll(sign, `${digit}`), read), text);

// The number in the viewer's locale as plain digits; null if it is none, or may be read as another number.
export function numeralOf(text: string, mostDecimals: number): { whole: string; fraction: string } | null {
  const plain = latinDigits(text)
    .replaceAll("٬", group)
    .replaceAll("٫", decimal)
    .replace(/[$\u200e\u200f\u061c]/g, "")
    .trim()
    .replace(/[\s'’]/g, " ");
  const [grouped = "", fraction, ...more] = plain.split(decimal);
  const sign = /[\s'’]/.test(group) || !grouped.includes(group) ? " " : group;
  const groups = grouped.split(sign);
  // Where a decimal may have three digits, "1,234" may be a decimal that was typed as elsewhere.
  const isAmbiguous = sign !== " " && groups.length === 2 && fraction === undefined && mostDecimals >= 3;
  if (more.length > 0 || isAmbiguous || !areGroups(groups)) return null;
  const whole = groups.join("");
  if (!/^\d*$/.test(fraction ?? "") || (fraction ?? "").length > mostDecimals || !(whole || fraction)) return null;
  return { whole: whole || "0", fraction: fraction ?? "" };
}

// Thousands have three digits; above them India counts in groups of two.
function areGroups(groups: readonly string[]): boolean {
  if (groups.length === 1) return /^\d*$/.test(groups[0]!);
  return /^[1-9]\d{0,2}$/.test(groups[0]!) && /^(\d{2,3} )*\d{3}$/.test(groups.slice(1).join(" "));
}
