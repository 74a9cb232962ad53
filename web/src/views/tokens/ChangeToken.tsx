import { queryOptions, useQuery } from "@tanstack/react-query";
import { answerWithTag, api } from "../../api/client";
import { money } from "../../format/money";
import { time } from "../../format/time";
import { Dialog } from "../../ui/Dialog";
import { Loaded } from "../../ui/Loaded";
import { Meanwhile } from "../../ui/Meanwhile";
import { useStored } from "../../ui/useStored";
import { ChangeForm } from "./ChangeForm";
import type { Token } from "./scopes";

const tokenQuery = (tokenId: string) =>
  queryOptions({
    queryKey: ["tokens", tokenId],
    queryFn: ({ signal }) => answerWithTag(api.GET("/api/tokens/{tokenId}", { params: { path: { tokenId } }, signal })),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

type ChangeTokenProps = { id: string; onDone: (text: string | null) => void; onClose: () => void };

// Reads the token first, so that the change is of what is shown.
export function ChangeToken({ id, onDone, onClose }: ChangeTokenProps) {
  const token = useQuery(tokenQuery(id));
  return (
    <Dialog title="Change token" onClose={onClose}>
      <Loaded query={token}>
        {(stored) => <Change stored={stored} onStale={() => void token.refetch()} onDone={onDone} onClose={onClose} />}
      </Loaded>
    </Dialog>
  );
}

type ChangeProps = Omit<ChangeTokenProps, "id"> & { stored: { body: Token; tag: string | null }; onStale: () => void };

function Change({ stored, ...rest }: ChangeProps) {
  const { began, hasChanged, key, load } = useStored(stored);
  return (
    <>
      {hasChanged && <Meanwhile thing="token" changes={changesOf(began, stored.body)} onLoad={load} />}
      <ChangeForm key={key} token={began} tag={stored.tag} {...rest} />
    </>
  );
}

function changesOf(began: Token, present: Token): string[] {
  const { name, expiresAt, monthlyBudgetCents: budget, models, hint } = present;
  return [
    name !== began.name && `its name is ${name}`,
    expiresAt !== began.expiresAt && (expiresAt ? `it expires on ${time(expiresAt)}` : "it does not expire"),
    budget !== began.monthlyBudgetCents &&
      (budget === null ? "it has no budget of its own" : `its budget is ${money(budget / 100)}`),
    models.join() !== began.models.join() &&
      (models.length > 0 ? `it may call ${models.join(" ")}` : "it may call all models"),
    hint !== began.hint && "it has a new text",
  ].filter((words) => words !== false);
}
