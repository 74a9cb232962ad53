import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { keysQuery } from "../../api/queries";
import { providers, type ProviderId } from "../../format/names";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { View } from "../../ui/View";
import { DeleteKey } from "./DeleteKey";
import { KeyForm } from "./KeyForm";
import { NoKey } from "./NoKey";
import { StoredKey } from "./StoredKey";
import type { Stored } from "./status";

type Opened = { act: "add" | "replace" | "delete"; provider: ProviderId; stored: Stored | null };

export default function Keys() {
  const keys = useQuery(keysQuery);
  const [done, setDone] = useState<string | null>(null);
  // Not in the cards: one replaces the other when another tab stores or deletes the key, and the text typed would be lost.
  const [open, setOpen] = useState<Opened | null>(null);
  const close = () => setOpen(null);
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
                <StoredKey
                  key={provider}
                  listed={key}
                  onOpen={(act, stored) => setOpen({ act, provider, stored })}
                  onDone={setDone}
                />
              ) : (
                <NoKey key={provider} provider={provider} onAdd={() => setOpen({ act: "add", provider, stored: null })} />
              );
            })}
          </div>
        )}
      </Loaded>
      {open && open.act !== "delete" && (
        <KeyForm provider={open.provider} opened={open.stored} onDone={setDone} onClose={close} />
      )}
      {open?.act === "delete" && open.stored && <DeleteKey opened={open.stored} onDone={setDone} onClose={close} />}
    </View>
  );
}
