import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { isStale } from "../../api/problem";
import { providerName } from "../../format/names";
import { Confirm } from "../../ui/Confirm";
import { organisationQuery, organisationsQuery, readAgain, readBillsAgain, type Connected } from "./queries";

type ForgetKeyProps = { opened: Connected; onDone: (text: string | null) => void; onClose: () => void };

export function ForgetKey({ opened, onDone, onClose }: ForgetKeyProps) {
  const queries = useQueryClient();
  const [connected, setConnected] = useState(opened);
  const { provider, maskedKey } = connected.organisation;
  const name = providerName(provider);
  const forget = async () => {
    const header = { "If-Match": connected.tag ?? undefined };
    try {
      await answer(api.DELETE("/api/billing/{provider}", { params: { path: { provider }, header } }));
      onDone(`The ${name} admin key is forgotten. What was read of its bills stays.`);
    } catch (error) {
      if (!isStale(error)) throw error;
      const present = await readAgain(queries, provider);
      if (present) {
        setConnected(present);
        throw error;
      }
      onDone(`The ${name} admin key was forgotten meanwhile, perhaps in another tab.`);
    }
    await queries.invalidateQueries({ queryKey: organisationsQuery.queryKey });
    queries.removeQueries({ queryKey: organisationQuery(provider).queryKey });
    readBillsAgain(queries);
  };
  return (
    <Confirm title={`Forget the ${name} admin key?`} act="Forget key" onConfirm={forget} onClose={onClose}>
      <p>
        MyCoach forgets the key {maskedKey} and reads no more bills of {name}. What was read stays, but counts into no
        budget any more. The key still works at the provider until you delete it there.
      </p>
    </Confirm>
  );
}
