import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Problem } from "../../api/problem";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { View } from "../../ui/View";
import { DataKeys } from "./DataKeys";
import { Feed } from "./Feed";
import { PriceBook } from "./PriceBook";
import { Reprice } from "./Reprice";
import { Unpriced } from "./Unpriced";
import { Versions } from "./Versions";
import { pricesQuery } from "./queries";
import "./operator.css";

export default function Operator() {
  const prices = useQuery(pricesQuery);
  const [done, setDone] = useState<string | null>(null);
  const isRefused = prices.error instanceof Problem && prices.error.status === 403;
  return (
    <View title="Operator" lead="The price book and the data keys of this program, for all of its users.">
      {done && <Notice tone="good">{done}</Notice>}
      {isRefused ? (
        <Notice tone="info">
          This is for operators only, and you are not one here. An operator signs in with the role MyCoach.Admin, or the
          one that the setting Auth__AdminRole names. Everything about your own account is in the other views.
        </Notice>
      ) : (
        <Loaded query={prices}>
          {({ body, tag }) => (
            <>
              <PriceBook book={body} tag={tag} onDone={setDone} />
              <div className="columns">
                <Unpriced book={body} tag={tag} onDone={setDone} />
                <Feed book={body} tag={tag} onDone={setDone} />
              </div>
              <Versions book={body} tag={tag} onDone={setDone} />
              <Reprice onDone={setDone} />
              <DataKeys onDone={setDone} />
            </>
          )}
        </Loaded>
      )}
    </View>
  );
}
