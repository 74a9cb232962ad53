import { useState } from "react";

type Stored<T> = { body: T; tag: string | null };

// What a form began with, while what is stored may change. `key` renews the form when the viewer loads what is stored.
export function useStored<T>(present: Stored<T>) {
  const [began, setBegan] = useState(present);
  return {
    began: began.body,
    hasChanged: present.tag !== began.tag,
    key: began.tag,
    load: () => setBegan(present),
  };
}
