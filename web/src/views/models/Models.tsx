import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { agentsQuery, modelsQuery, settingsQuery } from "../../api/queries";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { View } from "../../ui/View";
import { Agents } from "./Agents";
import { DefaultModel } from "./DefaultModel";
import { ModelsCard } from "./ModelsCard";
import { ToolPrices } from "./ToolPrices";
import "./models.css";

export default function Models() {
  const models = useQuery(modelsQuery);
  const settings = useQuery(settingsQuery);
  const agents = useQuery(agentsQuery);
  const [done, setDone] = useState<string | null>(null);
  return (
    <View title="Models" lead="Which models you can call, what they cost, and which one your agents get.">
      {done && <Notice tone="good">{done}</Notice>}
      <Loaded query={models}>
        {(list) => (
          <>
            <div className="columns">
              <Loaded query={settings}>
                {({ body, tag }) => <DefaultModel models={list.models} settings={body} tag={tag} onDone={setDone} />}
              </Loaded>
              <Loaded query={agents}>
                {({ agents: all }) => <Agents agents={all} models={list.models} onDone={setDone} />}
              </Loaded>
            </div>
            <ModelsCard list={list} defaultModel={settings.data?.body.defaultModel ?? null} />
            <ToolPrices list={list} />
          </>
        )}
      </Loaded>
    </View>
  );
}
