import { useEffect, useRef } from "react";
import { faultsOf, otherFaults } from "../api/faults";
import { explain } from "../api/problem";
import { Notice } from "./Notice";

type FailedProps = { error: unknown; fields?: readonly string[]; isExplained?: boolean };

// Why an action failed. What the form shows beside its fields is only pointed to, and the first of them gets the focus.
export function Failed({ error, fields = [], isExplained }: FailedProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error) place.current?.closest("form")?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error]);
  const isShown = Boolean(error) && !isExplained;
  return (
    <div ref={place} hidden={!isShown}>
      {isShown && <Notice tone="bad">{wordsOf(error, fields)}</Notice>}
    </div>
  );
}

function wordsOf(error: unknown, fields: readonly string[]): string {
  const others = otherFaults(error, fields);
  if (others.length > 0) return others.join(" ");
  const isBesideFields = fields.some((field) => faultsOf(error, field).length > 0);
  return isBesideFields ? "Correct the fields that are marked." : explain(error);
}
