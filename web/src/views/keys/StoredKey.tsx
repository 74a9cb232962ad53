import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { providerName } from "../../format/names";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { Confirm } from "../../ui/Confirm";
import { Failed } from "../../ui/Failed";
import { KeyFacts } from "./KeyFacts";
import { KeyForm } from "./KeyForm";
import { keyQuery } from "./queries";
import { wordsOf, type ProviderKey } from "./status";

type StoredKeyProps = { listed: ProviderKey; onDone: (text: string | null) => void };

export function StoredKey({ listed, onDone }: StoredKeyProps) {
  const { provider } = listed;
  const queries = useQueryClient();
  const stored = useQuery(keyQuery(provider));
  const [open, setOpen] = useState<"replace" | "delete" | null>(null);
  const key = stored.data?.body ?? listed;
  const name = providerName(provider);
  const words = wordsOf(key.status);
  const path = { provider };

  const check = useMutation({
    mutationFn: () => answer(api.POST("/api/keys/{provider}/validate", { params: { path } })),
    onMutate: () => onDone(null),
    onSuccess: (checked) => onDone(`${name} was asked about the key: ${wordsOf(checked.status).meaning}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
  const remove = async () => {
    const header = { "If-Match": stored.data?.tag ?? undefined };
    try {
      await answer(api.DELETE("/api/keys/{provider}", { params: { path, header } }));
    } catch (error) {
      void queries.invalidateQueries({ queryKey: ["keys"] });
      throw error;
    }
    onDone(`The ${name} key is deleted. Calls to ${name} are refused within ten seconds.`);
    await queries.invalidateQueries({ queryKey: ["keys"], exact: true });
    queries.removeQueries({ queryKey: ["keys", provider] });
    void queries.invalidateQueries({ queryKey: ["models"] });
  };

  return (
    <Card title={name} actions={<Badge tone={words.tone}>{words.label}</Badge>}>
      <p>{words.meaning}</p>
      <KeyFacts stored={key} />
      <Failed error={check.error} />
      <div className="row">
        <button
          type="button"
          onClick={() => check.isPending || check.mutate()}
          aria-disabled={check.isPending || undefined}
          aria-label={`Check ${name} key`}
        >
          {check.isPending ? "Check…" : "Check"}
        </button>
        <button type="button" onClick={() => setOpen("replace")} aria-label={`Replace ${name} key`}>
          Replace
        </button>
        <button type="button" className="danger" onClick={() => setOpen("delete")} aria-label={`Delete ${name} key`}>
          Delete
        </button>
      </div>
      {open === "replace" && (
        <KeyForm
          provider={provider}
          stored={{ key, tag: stored.data?.tag ?? null }}
          onDone={onDone}
          onClose={() => setOpen(null)}
        />
      )}
      {open === "delete" && (
        <Confirm title={`Delete the ${name} key?`} act="Delete key" onConfirm={remove} onClose={() => setOpen(null)}>
          <p>
            MyCoach forgets the key {key.maskedKey}. Calls to {name} are refused from then on. Recorded usage stays. The
            key still works at the provider until you delete it there.
          </p>
        </Confirm>
      )}
    </Card>
  );
}
