const locale = navigator.languages[0] ?? "en";
const whole = new Intl.NumberFormat(locale);
const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const part = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });

export const count = (number: number) => whole.format(number);
export const shortCount = (number: number) => short.format(number);
export const percent = (share: number) => part.format(share);
export const counted = (number: number, one: string, many: string) => `${count(number)} ${number === 1 ? one : many}`;
