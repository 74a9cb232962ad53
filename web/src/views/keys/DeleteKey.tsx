import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { isStale } from "../../api/problem";
import { providerName } from "../../format/names";
import { Confirm } from "../../ui/Confirm";
import { readAgain } from "./queries";
import type { Stored } from "./status";

type DeleteKeyProps = { opened: Stored; onDone: (text: string | null) => void; onClose: () => void };

export function DeleteKey({ opened, onDone, onClose }: DeleteKeyProps) {
  const queries = useQueryClient();
  const [stored, setStored] = useState(opened);
  const { provider } = opened.key;
  const name = providerName(provider);
  const forget = async () => {
    await queries.invalidateQueries({ queryKey: ["keys"], exact: true });
    queries.removeQueries({ queryKey: ["keys", provider] });
    void queries.invalidateQueries({ queryKey: ["models"] });
  };
  const remove = async () => {
    const header = { "If-Match": stored.tag ?? undefined };
    try {
      await answer(api.DELETE("/api/keys/{provider}", { params: { path: { provider }, header } }));
      onDone(`The ${name} key is deleted. Calls to ${name} are refused within ten seconds.`);
    } catch (error) {
      if (!isStale(error)) throw error;
      const present = await readAgain(queries, provider);
      if (present) {
        setStored(present);
        throw error;
      }
      onDone(`The ${name} key was deleted meanwhile, perhaps in another tab.`);
    }
    await forget();
  };
  return (
    <Confirm title={`Delete the ${name} key?`} act="Delete key" onConfirm={remove} onClose={onClose}>
      <p>
        MyCoach forgets the key {stored.key.maskedKey}. Calls to {name} are refused from then on. Recorded usage stays.
        The key still works at the provider until you delete it there.
      </p>
    </Confirm>
  );
}
