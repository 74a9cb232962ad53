import { fieldNumbers, numeralOf } from "./numeral";

const mostDecimals = 6;
const numbers = fieldNumbers(0, mostDecimals);

export const decimalText = (number: number) => numbers.format(number);

// The number that the viewer wrote in the viewer's locale; null if it is none.
export function decimalOf(text: string): number | null {
  const numeral = numeralOf(text, mostDecimals);
  return numeral && Number(`${numeral.whole}.${numeral.fraction}`);
}

export const notDecimal = `Write a number of dollars, such as ${decimalText(1234.5)}.`;
