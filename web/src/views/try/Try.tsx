import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { agentsQuery, modelsQuery, settingsQuery } from "../../api/queries";
import { today } from "../../format/time";
import { Card } from "../../ui/Card";
import { Loaded } from "../../ui/Loaded";
import { View } from "../../ui/View";
import { AnswerCard } from "./AnswerCard";
import { Ask } from "./Ask";
import { usableModels } from "./choices";
import { useAnswer } from "./useAnswer";
import "./try.css";

// A prompt to a model, through the gateway, like any client's call.
export default function Try() {
  const models = useQuery(modelsQuery);
  const settings = useQuery(settingsQuery);
  const agents = useQuery(agentsQuery);
  const { answer, ask, stop } = useAnswer();
  const usable = usableModels(models.data?.models ?? [], today());
  // The form stays with what is typed in it, also when another tab deletes the last key.
  const [isOpen, setOpen] = useState(false);
  if (usable.length > 0 && !isOpen) setOpen(true);
  return (
    <View title="Try it" lead="A prompt through the gateway: your key, your budget, and a receipt, as for any client.">
      <Loaded query={models}>
        {() =>
          isOpen ? (
            <div className="columns">
              <Ask
                models={usable}
                agents={agents.data?.agents ?? []}
                defaultModel={settings.data?.body.defaultModel ?? null}
                asking={answer.state === "waiting" || answer.state === "answering"}
                onAsk={ask}
                onStop={stop}
              />
              <AnswerCard answer={answer} />
            </div>
          ) : (
            <Card title="No model yet">
              <p>A model needs a usable key of its provider.</p>
              <p>
                <Link href="/keys" className="button">
                  Add a key
                </Link>
              </p>
            </Card>
          )
        }
      </Loaded>
    </View>
  );
}
