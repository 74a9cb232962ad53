import { day, time } from "../format/time";

export function Time({ at }: { at: string }) {
  return <time dateTime={at}>{time(at)}</time>;
}

export function Day({ date }: { date: string }) {
  return (
    <time dateTime={date} title="A day in UTC">
      {day(date)}
    </time>
  );
}
