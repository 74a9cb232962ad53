import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { Problem } from "../../api/problem";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { Review } from "./Review";
import type { BookProps } from "./book";
import { correctionsOf, type Corrections } from "./entries";

// All corrections at once, for what the form of a model does not have: tools, images, service tiers.
export function JsonDialog({ book, tag, onDone, onClose }: BookProps & { onClose: () => void }) {
  const [text, setText] = useState(() => JSON.stringify(correctionsOf(book), null, 2));
  const [checked, setChecked] = useState<Corrections | null>(null);
  const check = useMutation({
    mutationFn: async () => {
      const corrections = read(text);
      const params = { query: { preview: "true" }, header: { "If-Match": tag ?? undefined } };
      await answer(api.PUT("/api/admin/prices", { params, body: corrections }));
      return corrections;
    },
    onSuccess: setChecked,
  });
  return (
    <Dialog title="All corrections as JSON" wide onClose={onClose}>
      {checked ? (
        <Review corrections={checked} tag={tag} onDone={onDone} onBack={() => setChecked(null)} onClose={onClose} />
      ) : (
        <Form
          action={check}
          act="Show what changes"
          acting="Checking…"
          isExplained={isSyntax(check.error)}
          onCancel={onClose}
        >
          <Field
            label="Corrections"
            hint="Whole entries in models, tools and imageModels. They replace all corrections in force. Rates are cents per million tokens."
            errors={isSyntax(check.error) ? [check.error.message] : []}
          >
            <textarea
              className="code json"
              value={text}
              spellCheck={false}
              onChange={(change) => setText(change.target.value)}
            />
          </Field>
        </Form>
      )}
    </Dialog>
  );
}

function read(text: string): Corrections {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new SyntaxError("This is no JSON object.");
  return { models: [], tools: [], imageModels: [], ...value };
}

const isSyntax = (error: unknown): error is SyntaxError => error instanceof SyntaxError && !(error instanceof Problem);
