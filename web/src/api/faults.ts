import { Problem } from "./problem";

// What the API says is wrong with a field and with what is inside it, as sentences for beside the field.
export function faultsOf(error: unknown, field: string): string[] {
  if (!(error instanceof Problem)) return [];
  return Object.entries(error.errors)
    .filter(([path]) => isWithin(path, field))
    .flatMap(([path, texts]) => texts.map((text) => sentence(path === field ? text : `${inner(path, field)} ${text}`)));
}

// What no field of the form shows.
export function otherFaults(error: unknown, fields: readonly string[]): string[] {
  if (!(error instanceof Problem)) return [];
  return Object.entries(error.errors)
    .filter(([path]) => !fields.some((field) => isWithin(path, field)))
    .flatMap(([path, texts]) => texts.map((text) => `${path} ${text}.`));
}

function isWithin(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}[`) || path.startsWith(`${field}.`);
}

// People count from 1: `models[0]` is number 1.
function inner(path: string, field: string): string {
  const rest = path.slice(field.length);
  const index = /^\[(\d+)\]$/.exec(rest);
  return index ? `number ${Number(index[1]) + 1}` : rest.replace(/^\./, "");
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
