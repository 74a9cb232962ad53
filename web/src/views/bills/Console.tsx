import type { ProviderId } from "../../format/names";
import { consoles } from "./words";

// Where admin keys are made.
export function Console({ of }: { of: ProviderId }) {
  return (
    <a href={consoles[of].address} target="_blank" rel="noreferrer">
      {consoles[of].name}
    </a>
  );
}
