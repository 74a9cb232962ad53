import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answerWithTag, api } from "../../api/client";
import { Dialog } from "../../ui/Dialog";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { ChangeForm } from "./ChangeForm";

const tokenQuery = (tokenId: string) =>
  queryOptions({
    queryKey: ["tokens", tokenId],
    queryFn: ({ signal }) => answerWithTag(api.GET("/api/tokens/{tokenId}", { params: { path: { tokenId } }, signal })),
    staleTime: 0,
    gcTime: 0,
    // A form that is being filled in must not change by itself.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

type ChangeTokenProps = { id: string; onDone: (text: string | null) => void; onClose: () => void };

// Reads the token first, so that the change is of what is shown.
export function ChangeToken({ id, onDone, onClose }: ChangeTokenProps) {
  const token = useQuery(tokenQuery(id));
  const [isStale, setStale] = useState(false);
  const reload = () => {
    setStale(true);
    void token.refetch();
  };
  return (
    <Dialog title="Change token" onClose={onClose}>
      <Loaded query={token}>
        {({ body, tag }) => (
          <>
            {isStale && (
              <Notice tone="warn">The token has changed since you opened it. These are its values now.</Notice>
            )}
            <ChangeForm key={tag} token={body} tag={tag} onStale={reload} onDone={onDone} onClose={onClose} />
          </>
        )}
      </Loaded>
    </Dialog>
  );
}
