import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { keysQuery } from "../../api/queries";
import { providers } from "../../format/names";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { View } from "../../ui/View";
import { NoKey } from "./NoKey";
import { StoredKey } from "./StoredKey";

export default function Keys() {
  const keys = useQuery(keysQuery);
  const [done, setDone] = useState<string | null>(null);
  return (
    <View
      title="Keys"
      lead="Your own keys of the providers. MyCoach encrypts them, calls the providers with them for you alone, and never shows them again."
    >
      {done && <Notice tone="good">{done}</Notice>}
      <Loaded query={keys}>
        {(list) => (
          <div className="columns">
            {providers.map((provider) => {
              const key = list.keys.find((stored) => stored.provider === provider);
              return key ? (
                <StoredKey key={provider} listed={key} onDone={setDone} />
              ) : (
                <NoKey key={provider} provider={provider} onDone={setDone} />
              );
            })}
          </div>
        )}
      </Loaded>
    </View>
  );
}
