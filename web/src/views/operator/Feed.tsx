import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Card } from "../../ui/Card";
import { Dialog } from "../../ui/Dialog";
import { Empty } from "../../ui/Empty";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { Time } from "../../ui/Time";
import { Changes } from "./Changes";
import { Review } from "./Review";
import type { BookProps } from "./book";
import { correctionsOf, merge, type Corrections } from "./entries";
import { proposalQuery } from "./queries";

export function Feed({ book, tag, onDone }: BookProps) {
  const proposal = useQuery(proposalQuery);
  const [accepting, setAccepting] = useState<Corrections | null>(null);
  return (
    <Card title="Proposal of the feed">
      <Loaded query={proposal}>
        {(proposed) =>
          proposed.fetchedAt === null && proposed.error === null ? (
            <Empty>
              <p>
                No feed was read yet. The setting Prices__FeedUrl names the address of one; the timer reads it once an
                hour.
              </p>
            </Empty>
          ) : (
            <>
              {proposed.fetchedAt && (
                <p>
                  Read on <Time at={proposed.fetchedAt} />.
                </p>
              )}
              {proposed.error && <Notice tone="warn">The feed could not be used: {proposed.error}</Notice>}
              {proposed.changes.length === 0 ? (
                <p>It proposes nothing that differs from the prices in force.</p>
              ) : (
                <>
                  <Changes changes={proposed.changes} />
                  <div className="row">
                    <button
                      type="button"
                      className="primary"
                      onClick={() => setAccepting(merge(correctionsOf(book), proposed))}
                    >
                      Accept proposal
                    </button>
                  </div>
                </>
              )}
            </>
          )
        }
      </Loaded>
      {accepting && (
        <Dialog title="Accept the proposal?" wide onClose={() => setAccepting(null)}>
          <Review corrections={accepting} tag={tag} onDone={onDone} onBack={null} onClose={() => setAccepting(null)} />
        </Dialog>
      )}
    </Card>
  );
}
