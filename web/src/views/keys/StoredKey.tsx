import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import { providerName } from "../../format/names";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { Failed } from "../../ui/Failed";
import { KeyFacts } from "./KeyFacts";
import { keyQuery } from "./queries";
import { wordsOf, type ProviderKey, type Stored } from "./status";

type StoredKeyProps = {
  listed: ProviderKey;
  onOpen: (act: "replace" | "delete", stored: Stored) => void;
  onDone: (text: string | null) => void;
};

export function StoredKey({ listed, onOpen, onDone }: StoredKeyProps) {
  const { provider } = listed;
  const queries = useQueryClient();
  const read = useQuery(keyQuery(provider));
  const key = read.data?.body ?? listed;
  const stored = { key, tag: read.data?.tag ?? null };
  const name = providerName(provider);
  const words = wordsOf(key.status);

  const check = useMutation({
    mutationFn: () => answer(api.POST("/api/keys/{provider}/validate", { params: { path: { provider } } })),
    onMutate: () => onDone(null),
    onSuccess: (checked) => onDone(`${name} was asked about the key: ${wordsOf(checked.status).meaning}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });

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
        <button type="button" onClick={() => onOpen("replace", stored)} aria-label={`Replace ${name} key`}>
          Replace
        </button>
        <button
          type="button"
          className="danger"
          onClick={() => onOpen("delete", stored)}
          aria-label={`Delete ${name} key`}
        >
          Delete
        </button>
      </div>
    </Card>
  );
}
