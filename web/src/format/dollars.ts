import { fieldNumbers, numeralOf } from "./numeral";

const plain = fieldNumbers(2, 2);

export const dollarsText = (cents: number | null) => (cents === null ? "" : plain.format(cents / 100));

// An empty text is no amount, which is right too.
export const isAmount = (text: string) => text.trim() === "" || centsOf(text) !== null;

// The cents that the viewer wrote as dollars, in the viewer's locale; null if it is no amount of dollars and cents.
export function centsOf(text: string): number | null {
  const numeral = numeralOf(text, 2);
  return numeral && Number(numeral.whole + numeral.fraction.padEnd(2, "0"));
}

export const notDollars = `Write dollars and cents, such as ${plain.format(20.5)}.`;
