// Where a price is stated.
export function Source({ source }: { source: string }) {
  if (!/^https?:\/\//.test(source)) {
    return <>{source === "seed" ? "the prices with which MyCoach began" : source}</>;
  }
  return (
    <a href={source} target="_blank" rel="noreferrer">
      {new URL(source).hostname}
    </a>
  );
}
