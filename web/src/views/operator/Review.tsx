import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { isStale } from "../../api/problem";
import { count } from "../../format/count";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { Loaded } from "../../ui/Loaded";
import { Changes } from "./Changes";
import type { Corrections } from "./entries";

type ReviewProps = {
  corrections: Corrections;
  tag: string | null;
  onDone: (text: string | null) => void;
  // Where the review began; null if that is closed.
  onBack: (() => void) | null;
  onClose: () => void;
};

// Shows what corrections change before they are stored.
export function Review({ corrections, tag, onDone, onBack, onClose }: ReviewProps) {
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const leave = onBack ? "Back" : "Cancel";
  // What is stored is what was reviewed: if another operator is faster, the review begins anew.
  const [beganWith] = useState(tag);
  const header = { "If-Match": beganWith ?? undefined };
  const preview = useQuery({
    queryKey: ["operator", "preview", beganWith, corrections],
    queryFn: () =>
      answer(api.PUT("/api/admin/prices", { params: { query: { preview: "true" }, header }, body: corrections })).catch(
        (error: unknown) => {
          if (isStale(error)) void queries.invalidateQueries({ queryKey: ["operator", "prices"] });
          throw error;
        },
      ),
    gcTime: 0,
  });
  const store = useMutation({
    mutationFn: () =>
      answer(api.PUT("/api/admin/prices", { params: { header }, body: { ...corrections, note: note.trim() || null } })),
    onSuccess: (stored) => {
      onDone(`Version ${count(stored.version)} of the price book is stored. It is in force within ten seconds.`);
      onClose();
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["operator", "prices"] });
      void queries.invalidateQueries({ queryKey: ["models"] });
    },
  });
  return (
    <Loaded query={preview}>
      {({ version, changes }) =>
        changes.length === 0 ? (
          <>
            <p>This changes no price. There is nothing to store.</p>
            <footer>
              <button type="button" onClick={onBack ?? onClose}>
                {leave}
              </button>
            </footer>
          </>
        ) : (
          <Form
            action={store}
            act={`Store version ${count(version)}`}
            fields={["note"]}
            cancel={leave}
            onCancel={onBack ?? onClose}
          >
            <p>
              The price of calls from now on changes as follows; rates are cents per million tokens. Recorded calls keep
              their prices until you have them priced again.
            </p>
            <Changes changes={changes} />
            <Field label="Note" hint="Why, for the list of versions." errors={faultsOf(store.error, "note")}>
              <input value={note} onChange={(change) => setNote(change.target.value)} autoComplete="off" />
            </Field>
          </Form>
        )
      }
    </Loaded>
  );
}
