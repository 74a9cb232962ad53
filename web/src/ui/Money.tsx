import { exactMoney, money } from "../format/money";

// Dollars for reading, with the exact value on hover and for copying.
export function Money({ usd }: { usd: number }) {
  return (
    <data className="money" value={usd} title={exactMoney(usd)}>
      {money(usd)}
    </data>
  );
}
