import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { isOutside, receiptQuery } from "../../api/usage";
import { exactMoney } from "../../format/money";
import { Card } from "../../ui/Card";
import { Figure } from "../../ui/Figure";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { Time } from "../../ui/Time";
import { View } from "../../ui/View";
import { Adjustments } from "./Adjustments";
import { CallFacts } from "./CallFacts";
import { Charges } from "./Charges";
import { DeleteCall } from "./DeleteCall";
import { OutsideFacts } from "./OutsideFacts";
import { Remarks } from "./Remarks";
import "./usage.css";

// All that is known about a call, and how its cost came about.
export default function Receipt() {
  const { eventId = "" } = useParams<{ eventId: string }>();
  const query = useQuery(receiptQuery(eventId));
  const [deleted, setDeleted] = useState(false);
  return (
    <View title="Receipt" lead={<Link href="/usage">All usage</Link>}>
      <Loaded query={query}>
        {({ body: call, tag }) => (
          <>
            {deleted && <Notice tone="good">The call is deleted. Its tokens and cost no longer count.</Notice>}
            {call.deletedAt && !deleted && (
              <Notice tone="warn">
                Deleted on <Time at={call.deletedAt} />: no total contains this call.{" "}
                {call.replacedBy && <Link href={`/usage/${call.replacedBy}`}>The call that replaces it</Link>}
              </Notice>
            )}
            <div className="columns">
              <Card
                title={call.model}
                actions={<DeleteCall call={call} tag={tag} onDeleted={() => setDeleted(true)} />}
              >
                <Figure name="Cost" value={call.priced ? exactMoney(call.costUsd) : "no known price"} />
                <Remarks call={call} />
                {isOutside(call) ? <OutsideFacts use={call} /> : <CallFacts call={call} />}
              </Card>
              <div className="results">
                {call.receipt && <Charges title={call.repriced ? "First price" : "Price"} price={call.receipt} />}
                {call.repriced && <Charges title="Latest price" price={call.repriced} />}
                <Adjustments call={call} />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </View>
  );
}
