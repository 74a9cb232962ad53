import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerWithTag, api } from "../../api/client";
import { Card } from "../../ui/Card";
import { Confirm } from "../../ui/Confirm";
import { accountQuery } from "./queries";

export function Erase({ onBegin, onErased }: { onBegin: () => void; onErased: () => void }) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const erase = async () => {
    onBegin();
    const { body } = await answerWithTag(api.DELETE("/api/account"));
    if (body?.erasing) queries.setQueryData(accountQuery.queryKey, body);
    else onErased();
  };
  return (
    <Card title="Erase your account">
      <p>
        Erases everything that MyCoach stores about you, provider keys first. It takes about 15 seconds, a large account
        longer. It cannot be undone.
      </p>
      <div className="row">
        <button type="button" className="danger" onClick={() => setAsking(true)}>
          Erase account
        </button>
      </div>
      {asking && (
        <Confirm
          title="Erase your account?"
          act="Erase everything"
          acting="Erasing… about 15 seconds"
          typed="erase"
          onConfirm={erase}
          onClose={() => {
            setAsking(false);
            void queries.invalidateQueries({ queryKey: ["account"] });
          }}
        >
          <p>
            This erases your provider keys, tokens, agents, settings and budget, all recorded usage and its costs, and
            the activity. Programs with your tokens stop working. Only a hash of your user id stays, for 24 hours.
          </p>
          <p>
            Backups of the operator may hold older data. Your keys still work at the providers: delete them there too.
          </p>
        </Confirm>
      )}
    </Card>
  );
}
