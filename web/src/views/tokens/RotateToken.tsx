import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import type { NewToken, Token } from "./scopes";

const overlaps: readonly [number, string][] = [
  [0, "Not at all: it may have leaked"],
  [60, "For an hour"],
  [24 * 60, "For a day"],
  [7 * 24 * 60, "For seven days"],
];

type RotateTokenProps = { token: Token; onMade: (token: NewToken) => void; onClose: () => void };

export function RotateToken({ token, onMade, onClose }: RotateTokenProps) {
  const queries = useQueryClient();
  const [overlapMinutes, setOverlap] = useState(60);
  const rotate = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/api/tokens/{tokenId}/rotate", {
          params: { path: { tokenId: token.id } },
          body: { overlapMinutes },
        }),
      ),
    onSuccess: (rotated) => {
      void queries.invalidateQueries({ queryKey: ["tokens"] });
      onMade(rotated);
    },
  });
  return (
    <Dialog title={`Rotate ${token.name}`} onClose={onClose}>
      <Form action={rotate} act="Rotate token" acting="Rotating…" fields={["overlapMinutes"]} onCancel={onClose}>
        <p>The token gets a new text, which is shown once. Everything else stays, also its usage and its limits.</p>
        <Field label="The present text still works" errors={faultsOf(rotate.error, "overlapMinutes")}>
          <select value={overlapMinutes} onChange={(change) => setOverlap(Number(change.target.value))}>
            {overlaps.map(([minutes, name]) => (
              <option key={minutes} value={minutes}>
                {name}
              </option>
            ))}
          </select>
        </Field>
      </Form>
    </Dialog>
  );
}
